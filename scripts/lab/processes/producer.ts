/** The producer in a process of its own, so that its CPU and memory are its own. */
import { readSettings } from '../../../functions/settings.ts';
import { obey } from '../../../infra/processes/obey.ts';
import { type ProduceOptions, produce } from '../produce.ts';
import type { News, Order } from './talk.ts';

const stop = new AbortController();
let underWay: Promise<void> = Promise.resolve();

async function run(options: ProduceOptions, tell: (news: News) => void): Promise<void> {
  const production = await produce(options, {
    place: readSettings(),
    signal: stop.signal,
    log: (text) => tell({ kind: 'log', text }),
    onProgress: ({ sent }) => tell({ kind: 'progress', messages: sent }),
  });
  tell({ kind: 'produced', production });
}

obey<Order, News>(async (order, tell) => {
  if (order.kind === 'produce') {
    underWay = run(order.options, tell);
    await underWay;
  }
  if (order.kind === 'stop') {
    stop.abort();
    await underWay;
    process.disconnect?.();
  }
});
