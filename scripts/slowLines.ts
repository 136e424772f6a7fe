import { systemClock } from '../infra/clock.ts';

/** ms between two lines. */
const lineEvery = 5000;

/** Writes a line of progress now and then: for an output that is no terminal. */
export function slowLines(out: NodeJS.WritableStream): (line: string) => void {
  let told = systemClock.monotonic();
  return (line) => {
    if (systemClock.monotonic() - told < lineEvery) return;
    told = systemClock.monotonic();
    out.write(`${line}\n`);
  };
}
