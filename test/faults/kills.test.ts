/**
 * For each kind of gap between two effects: a real process dies in it by SIGKILL, and the next one does what is missing.
 * In every function, setbacks too, and around each call to an engine processes die in the simulation of the pipeline.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { syntheticOrder } from '../../scripts/load/payloads.ts';
import { everythingTold } from '../system/ends.ts';
import { Relay } from './relay.ts';

const orders = 10;
const wholeWay = ['process', 'prepare', 'ship', 'deliver', 'complete'];
/** Most of the time a process waits for its groups to forget the dead one: the relays wait side by side. */
const atOnce = 3;

/** A relay for the tests of one group, and how many of its orders must have come to their end so far. */
function relayFor() {
  let [relay, expected] = [undefined as unknown as Relay, 0];
  before(async () => {
    relay = await Relay.open();
  });
  after(() => relay?.close());
  return {
    get trial() {
      return relay.trial;
    },
    dieAfter(place: string) {
      relay.dieAfter(place);
      expected += orders;
    },
    next: () => relay.next(),
    audit: () => relay.trial.audit(),
    /** E-mails and documents may come after the last transition, as late as the groups forget the dead process. */
    async assertNothingLostOrDoubled() {
      const verdict = await relay.trial.auditWhen(everythingTold);
      assert.equal(verdict.accepted, expected);
      assert.equal(verdict.finished + verdict.cancelled, expected);
      return verdict;
    },
  };
}
type Group = ReturnType<typeof relayFor>;

/** Orders on their way, a process that dies at the place, and another one that brings them to their end. */
async function killAt(place: string, relay: Group): Promise<string[][]> {
  relay.dieAfter(place);
  const { customer } = relay.trial;
  const ids = await customer.orders(orders);
  await relay.next();
  return customer.followAll(ids);
}

type Gap = Readonly<{ place: string; between: string }>;

const transitionGaps: readonly Gap[] = [
  { place: 'process:state', between: 'state and timer' },
  { place: 'ship:timer', between: 'timer and event' },
  { place: 'deliver:event', between: 'event and metrics' },
  { place: 'complete:metrics', between: 'metrics and offset' },
];

describe('killed between any two effects', { concurrency: atOnce }, () => {
  describe('an order is never lost and never moved or told twice', { concurrency: 1 }, () => {
    const relay = relayFor();
    for (const { place, between } of transitionGaps) {
      const [name = ''] = place.split(':');
      test(`when the process is killed in "${name}", between ${between}`, async () => {
        assert.deepEqual(await killAt(place, relay), Array(orders).fill(wholeWay));
        await relay.assertNothingLostOrDoubled();
      });
    }
  });

  describe('a customer gets one e-mail for each state', { concurrency: 1 }, () => {
    const relay = relayFor();
    test('when the process is killed between the answer of the mail server and our mark: the same letter may come again', async () => {
      await killAt('notify:letter', relay);
      // Its Message-ID is the same, so that the audit tells a repeat from a second letter.
      const { letters, repeatedLetters } = await relay.assertNothingLostOrDoubled();
      assert.equal(letters, orders * wholeWay.length);
      assert.ok(repeatedLetters >= 1, 'the letter that was answered and not marked came again');
    });

    test('when the process is killed between mark and metrics', async () => {
      const before = await relay.audit();
      await killAt('notify:mark', relay);
      const { letters } = await relay.assertNothingLostOrDoubled();
      assert.equal(letters, before.letters + orders * wholeWay.length);
    });
  });

  describe('an order that was not answered can be placed again', { concurrency: 1 }, () => {
    const relay = relayFor();
    for (const { place, when } of [
      { place: 'gateway:call', when: 'before Kafka has the order' },
      { place: 'gateway:record', when: 'when Kafka has the order and the customer no answer' },
    ]) {
      test(`when the gateway is killed ${when}: it is one order`, async () => {
        const { customer } = relay.trial;
        const keys = Array.from({ length: orders }, (_, number) => `${place}-${number}`);
        const wishes = keys.map((idempotencyKey, number) => ({ idempotencyKey, details: syntheticOrder(2, number) }));
        const placeAll = () => Promise.allSettled(wishes.map((wish) => customer.order(wish)));
        relay.dieAfter(place);
        const first = await placeAll();
        const codes = new Set(first.map((one) => one.status === 'rejected' && one.reason.code));
        assert.deepEqual(codes, new Set([status.UNAVAILABLE]));
        await relay.next();
        const second = await placeAll();
        const ids = second.map((one) => (one.status === 'fulfilled' ? one.value.orderId : assert.fail(one.reason)));
        assert.deepEqual(await customer.followAll(ids), Array(orders).fill(wholeWay));
        await relay.assertNothingLostOrDoubled();
      });
    }
  });

  describe('an order that is called off, and one whose alarm rang, is neither lost nor doubled', {
    concurrency: 1,
  }, () => {
    const relay = relayFor();
    test('when the process is killed while its timers fire, between the commands and the clearing of their slot', async () => {
      assert.deepEqual(await killAt('timers:commands', relay), Array(orders).fill(wholeWay));
      await relay.assertNothingLostOrDoubled();
    });

    test('when the process is killed in "cancel", between state and timer', async () => {
      const { customer } = relay.trial;
      relay.dieAfter('cancel:state');
      const ids = await customer.orders(orders, { clock: 1 });
      const begun = Promise.withResolvers<void>();
      const ends = ids.map((id) => customer.watch(id, () => begun.resolve()));
      await begun.promise;
      await Promise.allSettled(ids.map((id) => customer.cancel(id)));
      await relay.next();
      await Promise.all(ends);
      const { cancelled } = await relay.assertNothingLostOrDoubled();
      assert.ok(cancelled > 0);
    });
  });
});
