/** What an authorization server is asked for tokens. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { oauthBearer } from './bearer.ts';

test('connections that open at once share one token, and one that was refused is asked for again', async (context) => {
  let asked = 0;
  const server = createServer((_request, answer) => {
    answer.writeHead(++asked === 1 ? 503 : 200).end(JSON.stringify({ access_token: `token ${asked}`, expires_in: 60 }));
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const tokenEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let now = 0;
  const credentials = { clientId: 'c', clientSecret: 's', tokenEndpoint };
  const { oauthBearerProvider: token } = oauthBearer(credentials, { ...systemClock, now: () => now });
  const five = () => Promise.allSettled(Array.from({ length: 5 }, () => token()));
  for (const { status } of await five()) assert.equal(status, 'rejected');
  assert.equal(asked, 1);
  const values = (await five()).map((one) => (one.status === 'fulfilled' ? one.value.value : one.reason));
  assert.deepEqual([new Set(values), asked], [new Set(['token 2']), 2]);
  now = 31_000;
  await five();
  assert.equal(asked, 3);
});

test('an authorization server that says nothing is given up after ten seconds', async (context) => {
  const silent = createServer(() => late.resolve()).listen(0, '127.0.0.1');
  const late = Promise.withResolvers<void>();
  context.after(() => silent.close().closeAllConnections());
  await once(silent, 'listening');
  const tokenEndpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const after = (milliseconds: number, call: () => void) => {
    assert.equal(milliseconds, 10_000);
    void late.promise.then(call);
    return { cancel: () => undefined };
  };
  const credentials = { clientId: 'c', clientSecret: 's', tokenEndpoint };
  const { oauthBearerProvider: token } = oauthBearer(credentials, { ...systemClock, after });
  await assert.rejects(token(), { name: 'TimeoutError' });
});
