import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from '@sinonjs/fake-timers';
import type { Due } from '../../functions/orders/ports.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Firing } from './firing.ts';

const start = Date.UTC(2026, 0, 1);
const due = (orderId: string, after: number): Due => ({ orderId, version: 1, command: 'prepare', at: start + after });

/** One slot that holds these, and a log that notes when it took which order. */
function firingOf(held: readonly Due[], publish = async () => {}) {
  const time = createClock(start);
  const clock: Clock = {
    ...systemClock,
    now: () => time.now,
    after(milliseconds, call) {
      const timer = time.setTimeout(call, milliseconds);
      return { cancel: () => time.clearTimeout(timer) };
    },
  };
  const fired: Record<string, number> = {};
  const forgotten: string[] = [];
  const firing = new Firing({
    clock,
    dueTimes: {
      slots: async () => [1],
      read: async () => [{ slot: 1, due: [...held] }],
      done: async (slots) => void forgotten.push(...slots.flatMap((slot) => slot.due.map(({ orderId }) => orderId))),
    },
    log: {
      async publish(records) {
        await publish();
        for (const { key } of records) fired[String(key)] = time.now - start;
      },
    },
    watch: { fired: () => {}, failed: () => {} },
  });
  return { time, firing, fired, forgotten };
}

test('each command is fired at its moment, and none before', async () => {
  const { time, firing, fired, forgotten } = firingOf([due('b', 3_600_000), due('a', 20)]);
  await firing.open([1]);
  await time.tickAsync(19);
  assert.deepEqual(fired, {});
  await time.tickAsync(3_599_980);
  assert.deepEqual(fired, { a: 20 });
  assert.deepEqual(forgotten, [], 'a slot is forgotten as a whole');
  await time.tickAsync(1);
  assert.deepEqual(fired, { a: 20, b: 3_600_000 });
  assert.deepEqual(forgotten.toSorted(), ['a', 'b']);
});

test('what Kafka did not take is tried again a second later', async () => {
  let away = true;
  const { time, firing, fired } = firingOf([due('a', 20)], async () => {
    if (away) throw new Error('no broker');
  });
  await firing.open([1]);
  await time.tickAsync(500);
  away = false;
  await time.tickAsync(519);
  assert.deepEqual(fired, {});
  await time.tickAsync(10);
  assert.ok(fired.a && fired.a >= 1020);
});

test('after its end nothing is fired any more', async () => {
  const { time, firing, fired } = firingOf([due('a', 20)]);
  await firing.open([1]);
  await firing.close();
  await time.tickAsync(60_000);
  assert.deepEqual([fired, time.countTimers()], [{}, 0]);
});
