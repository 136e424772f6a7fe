import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connectRedis } from './connection.redis.ts';

/** How functions use theirs, and how a timers' worker does. */
for (const use of ['answers', 'works'] as const)
  test(`a connection (${use}) to a primary that became a replica is given up for a new one`, async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      const number = sockets.push(socket);
      socket.on('data', (data) => {
        for (const [, name = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
          if (name.toUpperCase() === 'INFO') socket.write('$9\r\nloading:0\r\n');
          else if (name.toUpperCase() !== 'SET') socket.write('+OK\r\n');
          else socket.write(number === 1 ? "-READONLY You can't write against a read only replica.\r\n" : '+OK\r\n');
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const redis = connectRedis({ redisUrl: `redis://127.0.0.1:${port}`, access: {} }, use);
    await assert.rejects(redis.set('a', '1'), /READONLY/);
    assert.equal(await redis.set('a', '1'), 'OK');
    redis.disconnect();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
