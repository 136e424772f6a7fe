import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { certify } from '../certify.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { awayFault } from './awayFault.ts';
import { elasticsearch } from './elasticsearch.ts';
import { kafka } from './kafka.ts';
import { redis } from './redis.ts';

async function placeOf(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an engine that hangs up because it wants TLS is told so, with the setting that gives it', async (context) => {
  const folder = ownFolder();
  certify(folder, 'engine');
  const [cert, key] = ['pem', 'key'].map((end) => readFileSync(join(folder, `engine.${end}`)));
  const server = createTlsServer({ cert, key }).on('tlsClientError', () => undefined);
  const place = await placeOf(server);
  context.after(() => server.close());
  const closed = new Error('Closed connection');
  for (const [engine, address, cure] of [
    [kafka, `${place},127.0.0.1:1`, 'set KAFKA_TLS=true'],
    [redis, `redis://${place}`, 'begin it with rediss:'],
    [elasticsearch, `http://${place}`, 'begin it with https:'],
    [elasticsearch, `http://ana:a,b@${place},http://127.0.0.1:1`, 'begin it with https:'],
  ] as const) {
    const { message } = await awayFault(engine, address, closed);
    assert.match(message, new RegExp(`^${engine.external} names an engine that answers over TLS alone .*${cure}`));
  }
});

test('one that is away, or hangs up for another reason, is said not to answer', async (context) => {
  const server = createServer((socket) => socket.destroy());
  const place = await placeOf(server);
  context.after(() => server.close());
  for (const address of [place, '127.0.0.1:1', 'redis://:a,b@127.0.0.1:1', 'localhost:nine']) {
    const { message } = await awayFault(kafka, address, new Error('Closed connection'));
    assert.match(
      message,
      /^KAFKA_BROKERS names an engine that does not answer after 30 s: Closed connection\. Start it, or unset KAFKA_BROKERS/,
    );
  }
  assert.match((await awayFault(redis, place, new Error('Closed connection'))).message, /Start it, or unset REDIS_URL/);
});
