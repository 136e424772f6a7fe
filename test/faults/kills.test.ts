/** For each gap between two effects: a real process dies in it by SIGKILL, and the next one does what is missing. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { commandNames } from '../../functions/orders/lifecycle.ts';
import { openTrial, type Trial } from '../system/trial.ts';
import type { Death } from './death.ts';

const orders = 10;
const wholeWay = ['process', 'prepare', 'ship', 'deliver', 'complete'];
/** Most of the time a restarted process waits for its groups to forget the dead one: the tests wait side by side. */
const atOnce = 4;

async function trialWithDeath(context: TestContext, place: string, settings = {}) {
  const trial = await openTrial(settings);
  const mark = join(tmpdir(), `${trial.run}.dead`);
  context.after(async () => {
    await trial.close();
    rmSync(mark, { force: true });
  });
  const death: Death = { DEATH_AFTER: place, DEATH_MARK: mark };
  return { trial, death };
}

/** All functions that can die, so that one build serves every test: only the one that is named does. */
const handlers = Object.fromEntries(
  [...commandNames, 'notify'].map((name) => [name, `test/faults/mortalFunctions.${name}`]),
);

/** A system that can die at the place; another one takes its place when it has. */
async function startMortal(trial: Trial, death: Death) {
  const execArgv = ['--import', new URL('./mortalModules.ts', import.meta.url).href];
  return trial.start({ handlers, environment: death, execArgv });
}

/** E-mails and documents may come after the last transition, as late as the groups forget the dead process. */
async function assertNothingLostOrDoubled(trial: Trial) {
  const verdict = await trial.auditWhen(
    ({ transitions, letters, documents }) => letters === transitions && documents === transitions,
  );
  assert.equal(verdict.accepted, orders);
  assert.equal(verdict.finished + verdict.cancelled, orders);
  return verdict;
}

type Gap = Readonly<{ place: string; between: string }>;

const transitionGaps: readonly Gap[] = [
  { place: 'process:state', between: 'state and timer' },
  { place: 'prepare:state', between: 'state and timer' },
  { place: 'ship:timer', between: 'timer and event' },
  { place: 'deliver:event', between: 'event and metrics' },
  { place: 'complete:metrics', between: 'metrics and offset' },
];

describe('an order is never lost and never moved or told twice', { concurrency: atOnce }, () => {
  for (const { place, between } of transitionGaps) {
    const [name = ''] = place.split(':');
    test(`when the process is killed in "${name}", between ${between}`, async (context) => {
      const { trial, death } = await trialWithDeath(context, place);
      const system = await startMortal(trial, death);
      const ids = await trial.customer.orders(orders);
      assert.equal(await system.ended, 'SIGKILL');
      await trial.start();
      assert.deepEqual(await trial.customer.followAll(ids), Array(orders).fill(wholeWay));
      await assertNothingLostOrDoubled(trial);
    });
  }

  test('when the process is killed in "cancel", between state and timer', async (context) => {
    const { trial, death } = await trialWithDeath(context, 'cancel:state');
    const system = await startMortal(trial, death);
    const ids = await trial.customer.orders(orders, { clock: 1 });
    const begun = Promise.withResolvers<void>();
    const ends = ids.map((id) => trial.customer.watch(id, () => begun.resolve()));
    await begun.promise;
    await Promise.allSettled(ids.map((id) => trial.customer.cancel(id)));
    assert.equal(await system.ended, 'SIGKILL');
    await trial.start();
    await Promise.all(ends);
    const { cancelled } = await assertNothingLostOrDoubled(trial);
    assert.ok(cancelled > 0);
  });

  test('when the process is killed in "setback", between event and metrics', async (context) => {
    const { trial, death } = await trialWithDeath(context, 'setback:event', { DESPACHO_SETBACK: '0.5' });
    const system = await startMortal(trial, death);
    const ids = await trial.customer.orders(orders);
    assert.equal(await system.ended, 'SIGKILL');
    await trial.start();
    const ways = await trial.customer.followAll(ids);
    assert.ok(ways.some((commands) => commands.includes('setback')));
    await assertNothingLostOrDoubled(trial);
  });

  test('when the process is killed while its timers fire, between the commands and the clearing of their slot', async (context) => {
    const { trial, death } = await trialWithDeath(context, 'timers:commands');
    const system = await startMortal(trial, death);
    const ids = await trial.customer.orders(orders);
    assert.equal(await system.ended, 'SIGKILL');
    await trial.start();
    assert.deepEqual(await trial.customer.followAll(ids), Array(orders).fill(wholeWay));
    await assertNothingLostOrDoubled(trial);
  });
});

describe('a customer gets one e-mail for each state', { concurrency: atOnce }, () => {
  test('when the process is killed between the answer of the mail server and our mark: the same letter may come again', async (context) => {
    const { trial, death } = await trialWithDeath(context, 'notify:letter');
    const system = await startMortal(trial, death);
    const ids = await trial.customer.orders(orders);
    assert.equal(await system.ended, 'SIGKILL');
    await trial.start();
    await trial.customer.followAll(ids);
    // Its Message-ID is the same, so that the audit tells a repeat from a second letter.
    const { letters, repeatedLetters } = await assertNothingLostOrDoubled(trial);
    assert.equal(letters, orders * wholeWay.length);
    assert.ok(repeatedLetters >= 1, 'the letter that was answered and not marked came again');
  });

  for (const { place, between } of [
    { place: 'notify:mark', between: 'mark and metrics' },
    { place: 'notify:metrics', between: 'metrics and offset' },
  ]) {
    test(`when the process is killed between ${between}`, async (context) => {
      const { trial, death } = await trialWithDeath(context, place);
      const system = await startMortal(trial, death);
      const ids = await trial.customer.orders(orders);
      assert.equal(await system.ended, 'SIGKILL');
      await trial.start();
      await trial.customer.followAll(ids);
      const { letters } = await assertNothingLostOrDoubled(trial);
      assert.equal(letters, orders * wholeWay.length);
    });
  }
});

describe('an order that was not answered can be placed again', { concurrency: atOnce }, () => {
  for (const { place, when } of [
    { place: 'gateway:call', when: 'before Kafka has the order' },
    { place: 'gateway:record', when: 'when Kafka has the order and the customer no answer' },
  ]) {
    test(`when the gateway is killed ${when}: it is one order`, async (context) => {
      const { trial, death } = await trialWithDeath(context, place);
      const system = await startMortal(trial, death);
      const keys = Array.from({ length: orders }, (_, number) => `${trial.run}-${number}`);
      const placeAll = () => Promise.allSettled(keys.map((idempotencyKey) => trial.customer.order({ idempotencyKey })));
      const first = await placeAll();
      assert.deepEqual(
        new Set(first.map((one) => one.status === 'rejected' && one.reason.code)),
        new Set([status.UNAVAILABLE]),
      );
      assert.equal(await system.ended, 'SIGKILL');
      await trial.start();
      const second = await placeAll();
      const ids = second.map((one) => (one.status === 'fulfilled' ? one.value.orderId : assert.fail(one.reason)));
      assert.deepEqual(await trial.customer.followAll(ids), Array(orders).fill(wholeWay));
      await assertNothingLostOrDoubled(trial);
    });
  }
});
