/**
 * A load as a child process, for the console: its options come as the first message, and it tells its plan, its
 * progress and its end. It stops on SIGTERM, and when its parent is gone.
 */
import '../../infra/withParent.ts';
import { readSettings } from '../../functions/settings.ts';
import { BadInput } from './badInput.ts';
import { Unreachable } from './gatewayClient.ts';
import { keep } from './keep.ts';
import type { LoadOptions } from './options.ts';
import { runLoad } from './run.ts';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// Ctrl-C in the terminal reaches the whole group; the parent stops its loads itself.
process.on('SIGINT', () => {});

const tell = (message: object): void => void (process.connected && process.send?.(message));

process.once('message', async (options: LoadOptions) => {
  try {
    await runLoad(options, {
      onPlan: ({ load: { run }, plan: { orders, seconds } }) =>
        tell({ kind: 'planned', run, planned: orders, seconds }),
      onProgress: (progress) => tell({ kind: 'progress', ...progress }),
      async onOutcomes(finished) {
        const fault = await keep(finished, readSettings());
        if (fault) console.warn(fault);
      },
      signal: stop.signal,
    });
    tell({ kind: 'ended' });
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof Unreachable)) throw error;
    tell({ kind: 'failed', about: error.message });
  } finally {
    if (process.connected) process.disconnect();
  }
});
