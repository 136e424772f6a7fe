/** The consumer in a process of its own: the dispatcher and the function's workers. */
import type { Dispatcher } from '../../../infra/dispatcher/dispatcher.ts';
import { consumedBy, startConsumer } from '../consume.ts';
import { type News, obey } from './talk.ts';

const drainMilliseconds = 10_000;

/** How exactly (ms) the end of a run is seen, and how often its way there is told. */
const look = 10;
const tellEvery = 200;

let dispatcher: Dispatcher | undefined;
let watching: NodeJS.Timeout | undefined;

/** @param started moment before anything was started, of `performance.now()` */
function watch(started: number, count: number, tell: (news: News) => void): void {
  let told = 0;
  let first: number | undefined;
  watching = setInterval(() => {
    if (!dispatcher) return;
    const messages = consumedBy(dispatcher);
    const now = performance.now();
    if (messages > 0) first ??= now;
    if (now - told >= tellEvery) {
      told = now;
      tell({ kind: 'progress', messages });
    }
    if (messages < count) return;
    clearInterval(watching);
    const workSeconds = (now - (first ?? now)) / 1000;
    tell({ kind: 'consumed', messages, seconds: (now - started) / 1000, workSeconds });
  }, look);
}

obey(async (order, tell) => {
  if (order.kind === 'consume') {
    const started = performance.now();
    dispatcher = await startConsumer(order.options, (text) => tell({ kind: 'log', text }));
    tell({ kind: 'ready' });
    watch(started, order.count ?? Number.POSITIVE_INFINITY, tell);
  }
  if (order.kind === 'stop') {
    clearInterval(watching);
    await dispatcher?.drain(drainMilliseconds);
    process.disconnect?.();
  }
});
