/** The consumer in a process of its own: the dispatcher and the function's workers. */
import { systemClock, type Timer } from '../../../infra/clock.ts';
import type { Dispatcher } from '../../../infra/dispatcher/dispatcher.ts';
import { obey } from '../../../infra/processes/obey.ts';
import { consumedBy, startConsumer } from '../consumer.ts';
import type { News, Order } from './talk.ts';

const drainMilliseconds = 10_000;

/** How exactly (ms) the end of a run is seen, and how often its way there is told. */
const look = 10;
const tellEvery = 200;

let dispatcher: Dispatcher | undefined;
let watching: Timer | undefined;

function watch(startSeconds: number, count: number, tell: (news: News) => void): void {
  const ready = systemClock.monotonic();
  let told = 0;
  watching = systemClock.every(look, () => {
    if (!dispatcher) return;
    const messages = consumedBy(dispatcher);
    const now = systemClock.monotonic();
    if (now - told >= tellEvery) {
      told = now;
      tell({ kind: 'progress', messages });
    }
    if (messages < count) return;
    watching?.cancel();
    tell({ kind: 'consumed', messages, startSeconds, seconds: (now - ready) / 1000 });
  });
}

obey<Order, News>(async (order, tell) => {
  if (order.kind === 'consume') {
    const started = systemClock.monotonic();
    dispatcher = await startConsumer(order.options, (text) => tell({ kind: 'log', text }));
    tell({ kind: 'ready' });
    watch((systemClock.monotonic() - started) / 1000, order.count ?? Number.POSITIVE_INFINITY, tell);
  }
  if (order.kind === 'stop') {
    watching?.cancel();
    await dispatcher?.drain(drainMilliseconds);
    process.disconnect?.();
  }
});
