/** How a process kills itself in the middle of its work, once: at the place that a note in a file names. */
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** Where the note lies; it holds a place, `<function>:<effect>` or the like. */
export type Death = Readonly<{ DEATH_NOTE: string }>;

/** Dies with SIGKILL if the note names this place. It is taken away first, so that the next process lives. */
export function dieAfter(place: string): void {
  const { DEATH_NOTE = '' } = process.env;
  if (!existsSync(DEATH_NOTE) || readFileSync(DEATH_NOTE, 'utf8') !== place) return;
  rmSync(DEATH_NOTE);
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way: nothing more may be done by this thread.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
