/**
 * A lock that no crash can leave behind: a socket name in Linux's abstract namespace,
 * which the kernel frees together with the process that holds it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { codeOf } from '../faults.ts';

const socketName = (name: string) => `\0despacho-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

async function take(path: string): Promise<Disposable | undefined> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
  const visitors = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => visitors.add(socket));
  return {
    [Symbol.dispose]() {
      server.close();
      for (const socket of visitors) socket.destroy();
    },
  };
}

/** Resolves when whoever holds the lock lets go of it or dies. */
async function release(path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connect(path).on('error', resolve).on('close', resolve).resume();
  await promise;
}

/** Waits for the lock of this name on this machine. Let go of it by leaving the scope of `using`. */
export async function lock(name: string, whileHeld?: () => void): Promise<Disposable> {
  const path = socketName(name);
  for (let told = false; ; ) {
    const held = await take(path);
    if (held) return held;
    if (!told) whileHeld?.();
    told = true;
    await release(path);
  }
}
