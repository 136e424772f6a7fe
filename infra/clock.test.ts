import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from '@sinonjs/fake-timers';
import { type Clock, sleep, systemClock, watchdog, within } from './clock.ts';

function handMade() {
  const time = createClock();
  const clock: Clock = {
    ...systemClock,
    after(milliseconds, call) {
      const timer = time.setTimeout(call, milliseconds);
      return { cancel: () => time.clearTimeout(timer) };
    },
  };
  return { time, clock };
}

test('a watchdog calls once it was not reset for its time, and not after it was cancelled', () => {
  const { time, clock } = handMade();
  let calls = 0;
  const dog = watchdog(clock, 100, () => calls++);
  for (let reset = 0; reset < 5; reset++) {
    time.tick(99);
    dog.reset();
  }
  assert.equal(calls, 0);
  time.tick(100);
  assert.equal(calls, 1);
  dog.reset();
  dog.cancel();
  assert.equal(time.countTimers(), 0);
});

test('a sleep that is aborted leaves no timer behind', async () => {
  const { time, clock } = handMade();
  const stop = new AbortController();
  const slept = sleep(clock, 1000, stop.signal);
  assert.equal(time.countTimers(), 1);
  stop.abort(new Error('enough'));
  await assert.rejects(slept, { message: 'enough' });
  assert.equal(time.countTimers(), 0);
});

test('work that hangs or fails is waited for no longer than it may take, and leaves no timer behind', async () => {
  const { time, clock } = handMade();
  const late = within(clock, 1000, new Promise(() => {}));
  time.tick(1000);
  await late;
  await within(clock, 1000, Promise.reject(new Error('broken')));
  assert.equal(time.countTimers(), 0);
});
