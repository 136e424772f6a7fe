import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether 127.0.0.1 can be listened on at the port; a port that this user may not listen on counts as taken. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
