/** Runs and comparisons: measured, kept in Elasticsearch and in files, and told in a line each. */
import { readSettings } from '../../functions/settings.ts';
import { progressBar } from './progress.ts';
import { keepInElasticsearch } from './record/keep.ts';
import { type Result, sumOfCpu } from './record/result.ts';
import { type RunOptions, run } from './run.ts';
import { targetOf } from './targets.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const runTitle = ({ produce, target, pace }: RunOptions): string =>
  `${produce.kind} → ${targetOf(target).title.en}, ${pace}, ${whole(produce.count)} messages`;

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

/**
 * Performs the runs one after another; each is kept in Elasticsearch when it ends.
 * @returns those that ended before the signal came
 */
export async function perform(runs: readonly RunOptions[], signal: AbortSignal): Promise<Result[]> {
  const results: Result[] = [];
  const settings = readSettings();
  for (const [index, options] of runs.entries()) {
    if (signal.aborted) break;
    console.log(`[${index + 1}/${runs.length}] ${runTitle(options)}`);
    const bar = progressBar();
    const log = (text: string): void => console.log(`  ${text}`);
    const onProgress = ({ phase, done, of }: { phase: string; done: number; of: number }) => bar.show(phase, done, of);
    const result = await run(options, { log, onProgress }).finally(() => bar.end());
    await keepInElasticsearch(result, settings);
    console.log(`  ${resultLine(result)}`);
    results.push(result);
  }
  return results;
}
