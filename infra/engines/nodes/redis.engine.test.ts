import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { primaryName } from '../../access/nodes.ts';
import { down } from '../down.ts';
import { redisSays, trialOf } from '../engines.fixture.ts';
import { freePort } from '../freePort.ts';
import { up } from '../up.ts';
import { redisNodes } from './redis.ts';

const names = redisNodes.map(({ name }) => name);

test('after a failover nodes get other ports, and what was written since is there', async (context) => {
  const { options, environment } = await trialOf(context, ...names);
  const addressesOf = async (more = {}) => {
    const ready = await up(names, { ...options, environment: { ...environment, ...more } });
    return ready.map(({ address, outcome }) => ({ address, outcome }));
  };
  const [first, second, sentinel] = await addressesOf();
  const says = (of: typeof first, ...words: [string, ...string[]]) =>
    redisSays(of?.address ?? '', (client) => client.call(...words));
  // Refused until it knows a replica that is in good state.
  while ((await says(sentinel, 'SENTINEL', 'FAILOVER', primaryName).catch(() => '')) !== 'OK') await pause(100);
  while (!String(await says(second, 'ROLE')).startsWith('master')) await pause(50);
  while (!String(await says(first, 'ROLE')).includes('connected')) await pause(50);
  await says(second, 'SET', 'newer', 'kept');

  const moved = { REDIS_PORT: `${await freePort()}`, REDIS_2_PORT: `${await freePort()}` };
  const after = await addressesOf(moved);

  assert.deepEqual(new Set(after.map(({ outcome }) => outcome)), new Set(['replaced']));
  assert.equal(await says(after[1], 'GET', 'newer'), 'kept');
  assert.deepEqual(await says(after[2], 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primaryName), [
    '127.0.0.1',
    moved.REDIS_2_PORT,
  ]);
  while (!String(await says(after[0], 'ROLE')).includes('connected')) await pause(50);
  assert.equal(await says(after[0], 'GET', 'newer'), 'kept');
  assert.deepEqual(new Set((await addressesOf(moved)).map(({ outcome }) => outcome)), new Set(['running']));
  await down(names, options);
});
