/** Debian packages taken apart in a folder of ours: neither root nor a change of the system is needed. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { run, tellWhile } from './command.ts';
import type { Site } from './engine.ts';
import { EngineFault } from './engine.ts';
import { findProgram } from './java.ts';
import { makeWhole } from './whole.ts';

/** Weaknesses are mended about as often; a start that is offline must not have to ask. */
const mostDays = 30;

/** apt's state and cache in a folder of their own, so that it neither needs nor disturbs the system's; root's apt drops to a user of its own. */
function privately(folder: string): string[] {
  const options = [
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}/cache`,
    'Debug::NoLocking=true',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Languages=none',
  ];
  return options.flatMap((option) => ['-o', option]);
}

/** The package and what it needs that the system lacks, whatever that is on this release. */
async function unpack(name: string, part: string): Promise<void> {
  const apt = join(part, 'apt');
  for (const folder of ['lists/partial', 'cache/archives/partial']) await mkdir(join(apt, folder), { recursive: true });
  const ask = ['apt-get', ...privately(apt), '-q', '-y'] as const;
  await run('Reading the package lists', [...ask, 'update']);
  await run(`Downloading ${name}`, [...ask, '--no-install-recommends', '--download-only', 'install', name]);
  const archives = join(apt, 'cache/archives');
  const packages = (await readdir(archives)).filter((file) => file.endsWith('.deb'));
  if (packages.length === 0) throw new EngineFault(`apt-get brought nothing for ${name}. Install ${name}.`);
  for (const file of packages) await run(`Unpacking ${file}`, ['dpkg', '-x', join(archives, file), part]);
  await rm(apt, { recursive: true });
}

/**
 * Unpacks it once, and tells of one that has become old how to have what Debian has mended since.
 * @throws EngineFault where there is no apt, or a package cannot be had
 */
export async function unpackDebian(title: string, name: string, folder: string, site: Site): Promise<void> {
  await makeWhole(folder, async (part) => {
    if (!findProgram('apt-get') || !findProgram('dpkg')) {
      throw new EngineFault(`${title} is missing, and there is no apt-get to bring it. Install ${title}.`);
    }
    await tellWhile(site.progress, `downloading ${title} from Debian`, unpack(name, part));
  });
  const days = Math.floor((systemClock.now() - (await stat(folder)).mtimeMs) / 86_400_000);
  if (days <= mostDays) return;
  site.progress(
    `comes from Debian as it was ${days} days ago; for what is mended since: stop it, and remove ${folder}`,
  );
}
