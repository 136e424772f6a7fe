/** Brings what a pom in poms/ names. Versions stand in the poms and nowhere else. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkContents } from './checksum.ts';
import { run, tellWhile } from './command.ts';
import type { Site } from './engine.ts';
import { haveJava, haveMaven } from './java.ts';
import { lock } from './lock.ts';
import { makeWhole } from './whole.ts';

type Pom = Readonly<{ file: string; title: string; folder: string }>;

/** @param name of the pom; the folder's name changes with the pom's contents, so that an old download is not reused */
export function pomOf(name: string, downloads: string): Pom {
  const file = join(import.meta.dirname, 'poms', `${name}.xml`);
  const text = readFileSync(file, 'utf8');
  const version = /<version>(.+?)<\/version>/.exec(text)?.[1] ?? '';
  const contents = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { file, title: `${name} ${version}`, folder: join(downloads, `${name}-${version}-${contents}`) };
}

/** Where to, and who is told of it. */
type Place = Pick<Site, 'downloads' | 'progress'>;
type Goal = 'copy-dependencies' | 'unpack-dependencies';

/** Two engines of one start may come out of the same pom. */
const underWay = new Map<string, Promise<void>>();

/** Jars side by side, or the contents of the archives. */
export function download(name: string, goal: Goal, site: Place): Promise<void> {
  const { folder } = pomOf(name, site.downloads);
  const known = underWay.get(folder);
  if (known) return known;
  const work = bring(name, goal, site).finally(() => underWay.delete(folder));
  underWay.set(folder, work);
  return work;
}

/** Maven runs are not safe beside each other, so they queue. */
function bring(name: string, goal: Goal, site: Place): Promise<void> {
  const pom = pomOf(name, site.downloads);
  return makeWhole(pom.folder, async (part) => {
    await haveJava(site.progress);
    await haveMaven(site.progress);
    using _queue = await lock('maven', () => site.progress('waiting for another download'));
    const environment = { MAVEN_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };
    const plugin = `org.apache.maven.plugins:maven-dependency-plugin:3.8.1:${goal}`;
    // Beside its pom Maven notes what it has unpacked, and does not unpack it again: the note must die with the part.
    const copy = join(part, 'pom.xml');
    await copyFile(pom.file, copy);
    const command = ['mvn', '-B', '-q', '-C', '-f', copy, plugin, `-DoutputDirectory=${part}`] as const;
    await tellWhile(
      site.progress,
      `downloading ${pom.title} with Maven`,
      run(`Downloading ${pom.title}`, command, { environment }),
    );
    checkContents(name, part);
  });
}
