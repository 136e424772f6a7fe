import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { keepTrail, toldAs } from './trail.ts';

test('the trail tells who started something or looked at what is personal, and never what was searched for', async (context) => {
  const folder = ownFolder();
  const file = join(folder, 'trail.log');
  const server = createServer((_, answer) => answer.end());
  keepTrail(server, () => true, file);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watcher = watch(folder);
  context.after(() => {
    watcher.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const id = '3afb00ae-0000-4000-8000-000000000000';
  const ana = { 'x-despacho-person': encodeURIComponent('Añá\u001b[2J'), 'x-despacho-role': 'operate' };
  const ask = async (path: string, method = 'GET', headers = {}) =>
    void (await (await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })).text());
  await ask('/api/history');
  await ask(`/api/order?id=${id}`);
  await ask('/api/load', 'POST', ana);
  await ask(`/api/order?id=${id}&personal=true`, 'GET', ana);
  await ask('/api/orders?words=ana@example.com&personal=true');
  const lines = () => {
    try {
      return readFileSync(file, 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  };
  while (lines().length < 3) await once(watcher, 'change');
  const told = lines().map((line) => JSON.parse(line) as { who: string; what: string; status: number });
  assert.deepEqual(told.map(({ who, what, status }) => `${who}: ${what} ${status}`).sort(), [
    'Añá [2J (operate): GET /api/order 3afb00ae-0000-4000-8000-000000000000 200',
    'Añá [2J (operate): POST /api/load 200',
    'this machine: GET /api/orders 200',
  ]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('what is no URL is told of nobody, and ends nothing', () => {
  for (const url of ['//', 'http://', '/\\:0']) assert.equal(toldAs({ method: 'POST', url, headers: {} }), undefined);
});
