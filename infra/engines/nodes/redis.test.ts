import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { siteOf } from '../site.ts';
import { redisNodes } from './redis.ts';

const ports = { REDIS_PORT: '1001', REDIS_2_PORT: '1002' };

/** @returns what a node's file holds when it has been prepared once more @param before what it held */
async function fileOf(name: string, before: string): Promise<string> {
  const home = ownFolder({ [`data/${name}/own.conf`]: before });
  const node = redisNodes.find((one) => one.name === name);
  assert.ok(node);
  const site = siteOf(node, home, ports, () => undefined);
  await node.prepare?.(site);
  return readFileSync(join(site.data, 'own.conf'), 'utf8');
}

test('a node keeps its role when its file is made anew: a primary follows nobody, a replica the other node', async () => {
  assert.doesNotMatch(await fileOf('redis-2', 'port 6380\n'), /replicaof/);
  assert.match(await fileOf('redis-1', 'port 6379\nreplicaof 127.0.0.1 6380\n'), /^replicaof 127\.0\.0\.1 1002$/m);
});

test('a sentinel goes on with the primary that it knew, at its new port', async () => {
  const noted = (port: number) =>
    `# first 1002\nsentinel monitor despacho 127.0.0.1 ${port} 2\nsentinel config-epoch despacho 7\n`;
  const first = await fileOf('redis-sentinel-1', noted(1002));
  assert.match(first, /^sentinel monitor despacho 127\.0\.0\.1 1001 2$/m);
  assert.match(first, /^sentinel config-epoch despacho 7$/m);
  assert.match(await fileOf('redis-sentinel-1', noted(1001)), /^sentinel monitor despacho 127\.0\.0\.1 1002 2$/m);
});
