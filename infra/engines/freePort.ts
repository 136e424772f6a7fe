import { randomInt } from 'node:crypto';
import { isFree } from '../http/isFree.ts';

/** Below those that the system gives to outgoing connections, which would take a port between our look and its use. */
const [lowest, highest] = [15_000, 32_000];

/** A port of this machine that nobody listens at, for a test. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}
