import { closeSync, constants, mkdirSync, openSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EngineFault } from './engine.ts';

/**
 * Writes a file anew that is its owner's alone, never through a link that the engine's user may have put there for root to follow.
 * @param path without links
 * @throws EngineFault where its folder is a link
 */
export function writeNew(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const opened = openSync(folder, constants.O_DIRECTORY);
  try {
    // Of what was opened, whatever has its name since.
    const inside = `/proc/self/fd/${opened}`;
    if (readlinkSync(inside) !== folder) throw new EngineFault(`${folder} is a link: remove it.`);
    rmSync(join(inside, basename(path)), { force: true });
    writeFileSync(join(inside, basename(path)), text, { flag: 'wx', mode: 0o600 });
  } finally {
    closeSync(opened);
  }
}
