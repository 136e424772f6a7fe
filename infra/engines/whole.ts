/** Folders that are there whole or not at all, whenever the process that makes them is killed. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from './lock.ts';

/**
 * Makes `folder` by `make`, which gets an empty folder beside it; it takes its real name when it is finished.
 * The part's name holds the process id, so that an orphaned downloader of a killed start cannot write into ours.
 */
export async function makeWhole(folder: string, make: (part: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  // Else one of two that are at it would take the other's part for an orphan's.
  using _one = await lock(folder);
  if (existsSync(folder)) return;
  const [parent, name] = [dirname(folder), basename(folder)];
  await mkdir(parent, { recursive: true });
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(`${name}.part-`)) await rm(join(parent, entry), { recursive: true, force: true });
  }
  const part = `${folder}.part-${process.pid}`;
  await mkdir(part);
  await make(part);
  await rename(part, folder);
}
