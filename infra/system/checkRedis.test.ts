import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { checkRedis } from './checkRedis.ts';

/** A server that speaks as much of Redis' protocol as the check asks for. @param info what INFO answers */
async function withRedis(info: string, check: (redisUrl: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const answer = (name: string) => (name === 'INFO' ? `$${Buffer.byteLength(info)}\r\n${info}\r\n` : '+OK\r\n');
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (data) => {
      for (const [, name = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(answer(name.toUpperCase()));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  try {
    await check(`redis://127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const usual =
  'redis_version:7.2.0\r\nloading:0\r\nrole:master\r\nmaxmemory:104857600\r\nmaxmemory_policy:noeviction\r\ncluster_enabled:0';

const unfit: readonly (readonly [title: string, info: string, says: RegExp])[] = [
  [
    'a Redis Cluster',
    usual.replace('cluster_enabled:0', 'cluster_enabled:1'),
    /names a Redis Cluster.*without cluster mode/,
  ],
  ['a replica', usual.replace('role:master', 'role:slave'), /names a replica.*Name its primary/],
  [
    'a Redis that evicts keys',
    usual.replace('noeviction', 'allkeys-lru'),
    /allkeys-lru.*orders would be lost.*noeviction/,
  ],
];
for (const [title, info, says] of unfit) {
  test(`${title} is refused with a sentence that says what to do`, () =>
    withRedis(info, (redisUrl) => assert.rejects(checkRedis({ redisUrl, access: {} }), says)));
}

test('what is said of a Redis that will do is its version and how much it may hold', () =>
  withRedis(usual, async (redisUrl) =>
    assert.equal(await checkRedis({ redisUrl, access: {} }), 'Redis 7.2.0, at most 100 MB'),
  ));
