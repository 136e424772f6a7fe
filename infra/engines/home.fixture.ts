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
