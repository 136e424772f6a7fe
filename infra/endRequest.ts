import { systemClock } from './clock.ts';
import { namesOf } from './namesOf.ts';
import './withParent.ts';

const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Name = keyof typeof numbers;

/** Milliseconds within which a signal counts as the one before: npm passes on what a terminal tells its whole group. */
const samePress = 500;

/** The end was asked for. `code` is by custom what a process ends with that could not finish what it was started for. */
export class EndAsked extends Error {
  override name = 'EndAsked';
  readonly asked: Name;
  readonly code: number;

  constructor(asked: Name) {
    super(`ended by ${asked}`);
    this.asked = asked;
    this.code = 128 + numbers[asked];
  }
}

/**
 * Listens for Ctrl-C, SIGTERM, a terminal that closes, and the death of a parent (`withParent.ts`).
 * The first asks for an orderly end. The second ends the process at once, as does time running out.
 * @param within milliseconds for the orderly end
 * @returns aborted by the first, with an EndAsked as its reason
 */
export function endRequest(within: number): AbortSignal {
  const request = new AbortController();
  let first = 0;
  const ask = (name: Name) => {
    const now = systemClock.monotonic();
    const end = new EndAsked(name);
    if (request.signal.aborted) {
      if (now - first > samePress) process.exit(end.code);
      return;
    }
    first = now;
    systemClock.every(within, () => {
      process.stderr.write(`not over within ${within / 1000} s: ended as it is\n`);
      process.exit(end.code);
    });
    request.abort(end);
  };
  for (const name of namesOf(numbers)) process.on(name, () => ask(name));
  return request.signal;
}
