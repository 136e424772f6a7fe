import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';

/** Milliseconds. A function fills some hundred megabytes between two looks, at worst. */
const between = 200;
const bytesPerMegabyte = 1024 * 1024;

/**
 * Buffers lie outside of the heap that V8 limits: looks every now and then at how much a worker has of them, also while
 * its event loop stands still.
 * @param exceeded called once, when they take more
 */
export function watchMemory(
  worker: Pick<Worker, 'getHeapStatistics' | 'once'>,
  megabytes: number,
  clock: Clock,
  exceeded: (error: Error) => void,
): void {
  let looking = false;
  const timer = clock.every(between, () => {
    if (looking) return;
    looking = true;
    worker.getHeapStatistics().then(
      ({ external_memory: bytes }) => {
        looking = false;
        if (bytes <= megabytes * bytesPerMegabyte) return;
        timer.cancel();
        const taken = Math.round(bytes / bytesPerMegabyte);
        exceeded(new OutOfMemory(`Buffers take ${taken} MB, the function may have ${megabytes} MB (memorySize)`));
      },
      // It has not begun yet, or has ended.
      () => {
        looking = false;
      },
    );
  });
  worker.once('exit', () => timer.cancel());
}

/** The name that V8's own limit has, too. */
class OutOfMemory extends Error {
  readonly code = 'ERR_WORKER_OUT_OF_MEMORY';
}
