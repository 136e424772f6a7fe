import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { watchMemory } from './memoryWatch.ts';

test('a worker that is slow to begin is watched all the same', async () => {
  const answers = [() => Promise.reject(new Error('not running')), async () => ({ external_memory: 200 * 2 ** 20 })];
  const worker = Object.assign(new EventEmitter(), { getHeapStatistics: () => answers.shift()?.() });
  const found: string[] = [];
  const timer = { look: (): void => undefined, cancelled: false };
  const every = (_: number, call: () => void) => {
    timer.look = call;
    const cancel = () => {
      timer.cancelled = true;
    };
    return { cancel };
  };
  watchMemory(worker as unknown as Worker, 128, { ...systemClock, every }, ({ message }) => void found.push(message));
  for (let looks = 0; looks < 2; looks++) {
    timer.look();
    await turn();
  }
  assert.deepEqual(found, ['Buffers take 200 MB, the function may have 128 MB (memorySize)']);
  assert.ok(timer.cancelled);
});
