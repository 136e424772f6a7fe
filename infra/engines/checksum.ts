/** Whether what was downloaded is what was looked at when its version was chosen. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EngineFault } from './engine.ts';

const file = join(import.meta.dirname, 'poms', 'checksums.json');
/** By the names of the poms. Read when something was brought, which is seldom: every command loads this module. */
export const readChecksums = (): Readonly<Record<string, string>> => JSON.parse(readFileSync(file, 'utf8'));

/** Maven's own notes, which tell of this machine. */
const isNote = (path: string): boolean => path === 'pom.xml' || path.startsWith('target/');

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** One SHA-256, in hexadecimal digits, of the paths and contents of all files in a folder, in order. */
export function digestOf(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const digest = createHash('sha256');
  for (const path of paths.filter((one) => !isNote(one)).sort()) {
    digest.update(`${path}\0`).update(sha256(readFileSync(join(folder, path))));
  }
  return digest.digest('hex');
}

/** @param name of the pom that was followed @throws EngineFault when something else came */
export function checkContents(name: string, folder: string): void {
  const digest = digestOf(folder);
  if (digest === readChecksums()[name]) return;
  throw new EngineFault(
    `What Maven brought for ${name} is not what infra/engines/poms/checksums.json names, and is not used: it was changed ` +
      `on its way. Whoever has changed ${name}.xml writes ${digest} there.`,
  );
}
