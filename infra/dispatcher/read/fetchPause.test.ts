import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { Permits } from '../deliver/permits.ts';
import { FetchPause } from './fetchPause.ts';

/** A pause before the next fetch, on a clock whose timers ring when they are told to. */
function pauseOf(maximumBatchingWindow: number, permits = new Permits(1)) {
  const timers: { milliseconds: number; ring: () => void }[] = [];
  const clock: Clock = {
    ...systemClock,
    after(milliseconds, ring) {
      const timer = { milliseconds, ring };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  };
  const pause = new FetchPause({ maximumBatchingWindow }, clock, permits);
  let over = false;
  const begin = (full = false) =>
    pause.before(full).then(() => {
      over = true;
    });
  return { begin, timers, permits, isOver: () => turn().then(() => over) };
}

test('without a window the broker is asked again at once while nothing is delivered', async () => {
  const pause = pauseOf(0);
  void pause.begin();
  assert.equal(await pause.isOver(), true);
});

test('without a window what comes during a delivery is fetched together, as soon as that is over', async () => {
  const pause = pauseOf(0);
  pause.permits.tryAcquire();
  void pause.begin();
  assert.equal(await pause.isOver(), false);
  pause.permits.release();
  assert.equal(await pause.isOver(), true);
  assert.deepEqual(pause.timers, []);
});

test('a long delivery holds up no fetch for more than 20 ms', async () => {
  const pause = pauseOf(0);
  pause.permits.tryAcquire();
  void pause.begin();
  assert.deepEqual(
    pause.timers.map(({ milliseconds }) => milliseconds),
    [20],
  );
  pause.timers[0]?.ring();
  assert.equal(await pause.isOver(), true);
});

test('no fetch waits while another delivery may begin', async () => {
  const pause = pauseOf(0, new Permits(2));
  pause.permits.tryAcquire();
  void pause.begin();
  assert.equal(await pause.isOver(), true);
});

test('where a batch waits to be filled, a fetch waits for half of that at most, and for 20 ms', async () => {
  for (const [window, milliseconds] of [
    [0.01, 5],
    [300, 20],
  ] as const) {
    const pause = pauseOf(window);
    void pause.begin();
    assert.equal(pause.timers[0]?.milliseconds, milliseconds);
    pause.timers[0]?.ring();
    assert.equal(await pause.isOver(), true);
  }
});

test('no fetch waits while as much is ready as a batch takes', async () => {
  const pause = pauseOf(0.05);
  void pause.begin(true);
  assert.equal(await pause.isOver(), true);
});
