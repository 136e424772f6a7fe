import type { Redis } from 'ioredis';
import { systemClock, withDeadline } from '../clock.ts';

const gone = 410;
/** Milliseconds. */
const patience = 5000;

/**
 * Sends `text` to every WebSocket connection of the set by API Gateway's `POST /@connections/<id>`, and forgets those
 * that are gone. A connection that takes its time misses the next texts: `repeat` waits for this.
 * @param socket address of the WebSocket API, like ws://127.0.0.1:3001
 */
export async function pushTo(redis: Redis, key: string, socket: string, text: string): Promise<void> {
  const connections = await redis.smembers(key);
  const address = socket.replace(/^ws/, 'http');
  await Promise.all(
    connections.map(async (connection) => {
      const url = `${address}/@connections/${encodeURIComponent(connection)}`;
      const status = await withDeadline(systemClock, patience, async (signal) => {
        const response = await fetch(url, { method: 'POST', body: text, signal });
        await response.arrayBuffer();
        return response.status;
      });
      if (status === gone) await redis.srem(key, connection);
    }),
  );
}
