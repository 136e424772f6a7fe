import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from './time.ts';

async function inVirtualTime<T>(seed: number, act: (time: VirtualTime) => Promise<T>): Promise<T> {
  const time = new VirtualTime(seed);
  try {
    return await act(time);
  } finally {
    time.uninstall();
  }
}

test('days go by in no time, in the order of their timers', async () => {
  const day = 86_400_000;
  const since = process.hrtime.bigint();
  const seen = await inVirtualTime(1, async (time) => {
    const order: string[] = [];
    setTimeout(() => order.push('second'), 2 * day);
    setTimeout(() => Promise.resolve().then(() => order.push('first')), day);
    await time.pass(3 * day);
    return { order, elapsed: time.elapsed, timers: time.timers };
  });
  assert.deepEqual(seen, { order: ['first', 'second'], elapsed: 3 * day, timers: 0 });
  assert.ok(process.hrtime.bigint() - since < 10_000_000_000n);
});

test('time does not go beyond what it is given', async () => {
  await inVirtualTime(1, async (time) => {
    const never = setInterval(() => undefined, 700);
    assert.equal(await time.run(() => false, 1000), false);
    assert.equal(time.elapsed, 1000);
    await assert.rejects(time.during(new Promise(() => undefined), 500), /not over after 500 ms of virtual time/);
    assert.equal(time.elapsed, 1500);
    clearInterval(never);
  });
});

test('what fails in it fails', () =>
  inVirtualTime(1, async (time) => {
    const failing = new Promise((_, reject) => setTimeout(() => reject(new Error('so it is')), 10));
    await assert.rejects(time.during(failing), /so it is/);
  }));

test('chance comes from the seed, and is the real one afterwards', async () => {
  const draw = (seed: number) =>
    inVirtualTime(seed, async ({ clock }) => [
      Math.random(),
      ...crypto.getRandomValues(new Uint8Array(3)),
      clock.random(),
      clock.uuid(),
    ]);
  assert.deepEqual(await draw(1), await draw(1));
  assert.notDeepEqual(await draw(1), await draw(2));
  assert.notEqual(Math.random(), Math.random());
  assert.match(String((await draw(3)).at(-1)), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
