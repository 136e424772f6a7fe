import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { EndAsked } from './endRequest.ts';
import { Mistake } from './faults.ts';
import { redact } from './redact.ts';

/** Where the code is wrong only the stack tells where. `fetch` throws a TypeError, too, with the network's fault in it. */
const isBug = (error: Error): boolean =>
  [TypeError, ReferenceError, RangeError].some((bug) => error instanceof bug) && error.cause === undefined;

type Ways = Readonly<{
  /** The exit code where it could not be done; 1 unless that is one of the program's answers. */
  trouble?: number;
  say?(message: string): void;
}>;

/**
 * Runs a program and ends the process: with the number that `main` returns (0 without), 2 where the person gave something wrong,
 * as a shell's own commands do, and what a signal makes of it where it was told to end.
 */
export function runMain(main: () => unknown, ways: Ways = {}): void {
  Promise.resolve()
    .then(main)
    .then(
      (code) => exit(typeof code === 'number' ? code : 0),
      (error: unknown) => exit(faultCode(error, ways)),
    );
}

/** What is written to a pipe goes on its way later, and is lost with the process. */
function exit(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

function faultCode(error: unknown, { trouble = 1, say = console.error }: Ways): number {
  if (error instanceof CommanderError) return error.exitCode;
  const cause = error instanceof Error ? error.cause : undefined;
  // Its cause is the end that was asked for where a command was ended by it.
  const asked = [error, cause].find((one) => one instanceof EndAsked);
  const shown = asked ?? error;
  // Not every program is an npm script, whose whole output is redacted.
  if (!(shown instanceof Error) || isBug(shown)) console.error(redact(inspect(shown)));
  else say(redact(shown.message));
  return asked?.code ?? (error instanceof Mistake ? 2 : trouble);
}
