/** A Redis that is full answers who reads, and refuses who writes: no letter goes out that it could not remember. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { readSettings } from '../../functions/settings.ts';
import { openOwnTrial } from '../system/ownTrial.ts';
import { layCable } from './cable.ts';

const some = 10;
const steps = 5;

const cable = await layCable(readSettings().smtpUrl);
after(() => cable.close());
const { trial, system, close } = await openOwnTrial(['redis'], { SMTP_URL: cable.url });
after(close);
const redis = new Redis(trial.settings.redisUrl);
after(() => redis.disconnect());

test('each customer gets each e-mail once, though Redis was full when they were to go out', async () => {
  const [, most = ''] = (await redis.config('GET', 'maxmemory')) as string[];
  cable.become('cut');
  await trial.customer.followAll(await trial.customer.orders(some));
  await redis.config('SET', 'maxmemory', '1');
  // Whatever had been looked up before has failed by the second time.
  for (let refused = 0; refused < 2; refused++) await system.says(/notify.*OOM/);
  cable.become('whole');
  await system.says(/notify.*OOM/);
  assert.equal((await trial.audit()).letters, 0);
  await redis.config('SET', 'maxmemory', most);
  const { letters, repeatedLetters } = await trial.auditWhen((verdict) => verdict.letters === verdict.transitions);
  assert.equal(letters, some * steps);
  assert.equal(repeatedLetters, 0);
});
