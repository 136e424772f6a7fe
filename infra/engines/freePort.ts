import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system gives to outgoing connections, which would take a port between our look and its use. */
const [lowest, highest] = [15_000, 32_000];

/** A port of this machine that nobody listens at, for a test. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(lowest, highest), '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address === 'object' && address) return address.port;
  }
}
