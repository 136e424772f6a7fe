/** A disk of its own for an engine, which can be filled. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../infra/faults.ts';

const megabytes = 768;
const piece = Buffer.alloc(2 ** 20);

/** `fill` leaves no byte, `free` takes back what filled it. */
export type Disk = Readonly<{ fill(): void; free(): void; remove(): void }>;

/** Where this machine lets nobody mount, there is none. */
export function diskAt(folder: string): Disk | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  return {
    fill() {
      const file = openSync(ballast, 'w');
      try {
        for (let bytes = piece.length; bytes >= 1; ) bytes = write(file, bytes) ? bytes : Math.floor(bytes / 2);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => unmount(folder),
  };
}

/** @returns whether there was room */
function write(file: number, bytes: number): boolean {
  try {
    return writeSync(file, piece, 0, bytes) === bytes;
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC') throw error;
    return false;
  }
}

/** Also where a process that is just ending has files open there. */
export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
}
