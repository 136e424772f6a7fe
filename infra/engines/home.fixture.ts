import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usualHome } from './site.ts';

/** A temporary folder for engines of a test's own, with the downloads that are there already. Whoever asks removes it. */
export async function privateHome(): Promise<string> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'despacho-')));
  await mkdir(join(usualHome, 'downloads'), { recursive: true });
  await symlink(join(usualHome, 'downloads'), join(home, 'downloads'));
  return home;
}

/** What an odd home's name begins with; six letters follow. */
export const oddName = `mi tienda "ñandú" & 'más' 100% $HOME `;

/** The same, as people name their folders: with spaces, accents and signs in its path, and in that of what is downloaded. */
export async function oddHome(): Promise<string> {
  await mkdir(join(usualHome, 'downloads'), { recursive: true });
  const home = await mkdtemp(join(usualHome, oddName));
  execFileSync('cp', ['-al', join(usualHome, 'downloads'), join(home, 'downloads')]);
  return home;
}
