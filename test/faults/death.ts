/** How a process kills itself in the middle of its work, once: the next one finds the mark and lives. */
import { closeSync, openSync } from 'node:fs';

/** Where to die, `<function>:<effect>` or the like, and the file that says it has been done. */
export type Death = Readonly<{ DEATH_AFTER: string; DEATH_MARK: string }>;

/** Dies with SIGKILL if this is the place and nobody has died here before. */
export function dieAfter(place: string): void {
  const { DEATH_AFTER, DEATH_MARK = '' } = process.env;
  if (place !== DEATH_AFTER) return;
  try {
    closeSync(openSync(DEATH_MARK, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way: nothing more may be done by this thread.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
