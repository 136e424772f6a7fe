/** Runs and comparisons: measured, kept in Elasticsearch and in files, and told in a line each. */

import { targets } from '../../functions/messages/targets.ts';
import { readSettings } from '../../functions/settings.ts';
import { whole } from '../wholeFigure.ts';
import type { RunOptions } from './options.ts';
import { keepInElasticsearch } from './record/keep.ts';
import { type Result, sumOfCpu } from './record/result.ts';
import { type Progress, run, type Surroundings } from './run.ts';

/** English, like "posts → PostgreSQL, live, 20,000 messages". */
const runTitle = ({ produce, target, pace }: RunOptions): string =>
  `${produce.kind} → ${targets[target].title.en}, ${pace}, ${whole(produce.count)} messages`;

/** One line that tells what came out of a run. */
export function resultLine(result: Result): string {
  const { produced, consumed, bytesPerMessage, proof } = result;
  return [
    `produced ${whole(produced.perSecond)}/s`,
    `consumed ${whole(consumed.perSecond)}/s (${consumed.seconds.toFixed(2)} s)`,
    `${sumOfCpu(result).toFixed(3)} CPU s per 1,000`,
    ...(bytesPerMessage === null ? [] : [`${whole(bytesPerMessage)} bytes per message`]),
    proof.exact ? 'exact' : `NOT EXACT: produced ${proof.produced}, Kafka ${proof.kafka}, target ${proof.target}`,
  ].join(' · ');
}

type Telling = Readonly<{
  /** No further run is begun when it comes; `cutShort`: nor is the one under way ended. */
  signal: AbortSignal;
  cutShort?: boolean;
  say(line: string): void;
  onProgress(progress: Progress): void;
}> &
  Pick<Surroundings, 'environment'>;

/**
 * Performs the runs one after another; each is kept in Elasticsearch when it ends.
 * @returns those that ended
 */
export async function perform(runs: readonly RunOptions[], telling: Telling): Promise<Result[]> {
  const { signal, cutShort = false, say, onProgress, environment } = telling;
  const results: Result[] = [];
  const settings = readSettings({ ...process.env, ...environment });
  for (const [index, options] of runs.entries()) {
    if (signal.aborted) break;
    say(`[${index + 1}/${runs.length}] ${runTitle(options)}`);
    try {
      const log = (text: string): void => say(`  ${text}`);
      const result = await run(options, { log, onProgress, environment, signal: cutShort ? signal : undefined });
      await keepInElasticsearch(result, settings);
      say(`  ${resultLine(result)}`);
      results.push(result);
    } catch (error) {
      if (!(cutShort && signal.aborted)) throw error;
    }
  }
  return results;
}
