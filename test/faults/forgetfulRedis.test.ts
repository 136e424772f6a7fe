/** A Redis that comes back with less than it was told, while the system runs: no step is made again, and no order stands still. */
import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertComplete, everythingTold } from '../system/ends.ts';
import { openOwnTrial } from '../system/ownTrial.ts';

const some = 10;
/** Waits of about a second. */
const clock = 5;

const { engines, trial, system, close } = await openOwnTrial(['redis']);
after(close);
const data = join(engines.home, 'data', 'redis');
const copy = join(engines.home, 'copy');

/** @param left what it finds when it is started again */
async function dies(left: () => Promise<void>): Promise<void> {
  await engines.kill('redis');
  await rm(data, { recursive: true });
  await left();
  const noticed = system.says(/orders up: Redis was behind the log: \d+ orders restored.*timers up/s);
  await engines.up('redis');
  await noticed;
}

async function assertClean(ids: readonly string[]): Promise<void> {
  await assertComplete(trial.customer, ids);
  const { accepted, finished } = await trial.auditWhen(everythingTold);
  assert.equal(finished, accepted);
}

test('killed and started again without its data, it is brought up to the log, and the orders under way go on', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await trial.customer.oneIsAt(ids, 2);
  await dies(async () => undefined);
  await assertClean(ids);
});

test('what it had acknowledged and lost, as in a failover, does not happen again', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await trial.customer.oneIsAt(ids, 2);
  await cp(data, copy, { recursive: true });
  await trial.customer.oneIsAt(ids, 4);
  await dies(() => cp(copy, data, { recursive: true }));
  await assertClean(ids);
});
