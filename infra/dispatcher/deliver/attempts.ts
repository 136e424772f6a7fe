import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Fault } from '../invoke/invocation.ts';
import type { Tried } from '../record/partition.ts';
import type { KafkaRecord } from '../record/record.ts';
import { failedRecords } from './answer.ts';
import { backOff } from './backOff.ts';
import { Outcomes, without } from './outcome.ts';
import { Permit, type Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

type Failure =
  | { kind: 'failed'; records: KafkaRecord[]; fault: Fault; partial: boolean }
  | { kind: 'throttled'; isolate: boolean };

/** Takes one batch to its end: done, given up, or lost to another consumer. */
export class Attempts {
  readonly #in: Surroundings;
  readonly #permits: Permits;
  readonly #onProgress: () => void;
  readonly #outcomes: Outcomes;

  /** @param onProgress called when records of a batch may be done, and others of it are not */
  constructor(surroundings: Surroundings, permits: Permits, onProgress: () => void) {
    this.#in = surroundings;
    this.#permits = permits;
    this.#onProgress = onProgress;
    this.#outcomes = new Outcomes(surroundings);
  }

  /** Expects that a permit was acquired, and gives it back. Never rejects. */
  async run(batch: readonly KafkaRecord[]): Promise<void> {
    const permit = new Permit(this.#permits);
    try {
      await this.#settle(batch, permit, false);
    } catch (error) {
      if (!this.#in.stop.aborted) this.#in.log.error(`${this.#in.mapping.id}: ${error}`);
    } finally {
      permit.leave();
    }
  }

  /** @param isolated whether it goes to a worker of its own; once it does it keeps to that, so that it hurts no others */
  async #settle(batch: readonly KafkaRecord[], permit: Permit, isolated: boolean): Promise<void> {
    const { mapping } = this.#in;
    let records = batch;
    let isolate = isolated;
    let throttles = 0;
    for (;;) {
      await permit.take();
      records = await this.#outcomes.viable(this.#owned(records), triedMost(records).deliveries);
      if (records.length === 0) return;
      const failure = await this.#invoke(records, isolate);
      if (failure === undefined) return;
      if (failure.kind === 'throttled') {
        isolate ||= failure.isolate;
        await this.#pause(++throttles, permit);
        continue;
      }
      records = failure.records;
      const splits = mapping.bisectBatchOnFunctionError && !failure.partial && records.length > 1;
      const spent = splits ? [] : records.filter(({ tried }) => isSpent(tried, mapping));
      for (const record of records) record.partition.failed(record, splits || isSpent(record.tried, mapping) ? 0 : 1);
      this.#onProgress();
      if (splits) {
        await this.#pause(1, permit);
        const half = Math.ceil(records.length / 2);
        await this.#settle(records.slice(0, half), permit, isolate);
        return this.#settle(records.slice(half), permit, isolate);
      }
      await this.#outcomes.giveUp(spent, 'RetryAttemptsExhausted', failure.fault, triedMost(spent).deliveries);
      records = without(records, spent);
      if (records.length === 0) return;
      await this.#pause(triedMost(records).retries, permit);
    }
  }

  /** What waits for its next attempt takes nobody's place. */
  #pause(attempt: number, permit: Permit): Promise<void> {
    permit.leave();
    return backOff(this.#in.clock, attempt, this.#in.stop);
  }

  /** @returns undefined when every record is done */
  async #invoke(records: readonly KafkaRecord[], isolate: boolean): Promise<Failure | undefined> {
    const { stats, mapping, log, clock } = this.#in;
    const { deliveries, retries } = triedMost(records);
    const attempt = deliveries + 1;
    const started = clock.monotonic();
    const outcome = await this.#in.invocations.invoke(
      records,
      { attempt, retries, fetchedAt: fetchedAt(records, clock) },
      isolate,
    );
    if (outcome.kind === 'throttled') {
      stats.throttled++;
      log.warn(`${mapping.id}: throttled: ${outcome.fault.message}`);
      return { kind: 'throttled', isolate: outcome.isolate ?? false };
    }
    stats.invocations++;
    if (attempt > 1) stats.retries++;
    stats.busyMilliseconds += clock.monotonic() - started;
    const partial = outcome.kind === 'answer' ? this.#failed(outcome.json, records) : undefined;
    if (partial) this.#outcomes.finish(without(records, partial));
    if (partial?.length === 0) return undefined;
    stats.failures++;
    const fault = outcome.kind === 'fault' ? outcome.fault : answered(partial);
    log.warn(`${mapping.id}: attempt ${attempt} of ${records.length} records failed: ${fault.name}: ${fault.message}`);
    return { kind: 'failed', records: partial ?? [...records], fault, partial: partial !== undefined };
  }

  #failed(json: string | undefined, records: readonly KafkaRecord[]): KafkaRecord[] | undefined {
    const { mapping } = this.#in;
    if (!mapping.reportBatchItemFailures) return [];
    return failedRecords(json, records, ({ partition, key }) =>
      mapping.ordering === 'key' && key ? `${partition.id}-${key.toString('latin1')}` : `${partition.id}`,
    );
  }

  /** What another consumer owns by now is delivered again there. */
  #owned(records: readonly KafkaRecord[]): readonly KafkaRecord[] {
    if (!records.some(({ partition }) => partition.lost)) return records;
    const owned = records.filter(({ partition }) => !partition.lost);
    this.#in.stats.redelivered += records.length - owned.length;
    return owned;
  }
}

/** What the records of a batch have behind them that were tried most often. */
const triedMost = (records: readonly KafkaRecord[]): Tried => ({
  deliveries: records.reduce((most, { tried }) => Math.max(most, tried.deliveries), 0),
  retries: records.reduce((most, { tried }) => Math.max(most, tried.retries), 0),
});

const isSpent = ({ retries }: Tried, { maximumRetryAttempts: most }: Mapping): boolean => most >= 0 && retries >= most;

const fetchedAt = (records: readonly KafkaRecord[], clock: Clock): number => {
  const now = clock.monotonic();
  return Math.round(clock.now() - now + (records[0]?.fetchedAt ?? now));
};

const answered = (failed: readonly KafkaRecord[] | undefined): Fault =>
  failed
    ? { name: 'BatchItemFailures', message: `the function reports ${failed.length} records to be tried again` }
    : { name: 'MalformedAnswer', message: 'the function answered with something that is no list of batchItemFailures' };
