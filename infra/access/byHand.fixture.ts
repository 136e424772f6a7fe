import { systemClock } from '../clock.ts';

/** What is renewed now and then, for a test: `pass` lets time go on, `tick` lets what waits for its turn look again. */
export function byHand() {
  let now = 0;
  let tick: () => void = () => undefined;
  const clock = {
    ...systemClock,
    monotonic: () => now,
    every(_: number, given: () => void) {
      tick = given;
      return { cancel: () => undefined };
    },
  };
  return { clock, log: () => undefined, pass: (ms: number) => (now += ms), tick: () => tick() };
}
