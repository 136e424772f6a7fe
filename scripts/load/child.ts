/** A load as a child process, for the console. It stops when it is told to, and when its parent is gone. */

import type { LoadRequest } from '../../functions/console/asks.ts';
import { readSettings } from '../../functions/settings.ts';
import type { LoadNews, Order } from '../../infra/console/programs.ts';
import { obey } from '../../infra/processes/obey.ts';
import { keep } from './keep.ts';
import { runLoad } from './run.ts';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

obey<Order<LoadRequest>, LoadNews>(async (order, tell) => {
  if (order.kind === 'stop') return stop.abort();
  await runLoad(order.request, {
    onPlan: ({ load: { run }, plan: { orders, seconds } }) => tell({ kind: 'planned', run, planned: orders, seconds }),
    onProgress: (progress) => tell({ kind: 'progress', ...progress }),
    async onOutcomes(finished) {
      const fault = await keep(finished, readSettings());
      if (fault) console.warn(fault);
    },
    signal: stop.signal,
  });
  tell({ kind: 'ended' });
  process.disconnect?.();
});
