import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import { type Fault, faultOf, type Outcome } from '../invoke/invocation.ts';
import type { Tried } from '../record/place.ts';
import type { KafkaRecord } from '../record/record.ts';
import { fromNamedOn, namedRecords } from './answer.ts';
import { backOff } from './backOff.ts';
import { hasLost, type Outcomes, without } from './outcome.ts';
import { Permit, type Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

type Failure =
  | {
      kind: 'failed';
      /** To be tried again. */
      records: readonly KafkaRecord[];
      fault: Fault;
      /** Those that a partial answer blames. */
      named?: readonly KafkaRecord[];
    }
  | { kind: 'throttled'; isolate: boolean }
  /** While it waited for a worker others got a partition of it. */
  | { kind: 'cancelled' };

/** Takes one batch to its end: done, given up, or lost to another consumer. */
export class Attempts {
  readonly #in: Surroundings;
  readonly #permits: Permits;
  readonly #onProgress: () => void;
  readonly #outcomes: Outcomes;

  /** @param onProgress called when records of the batch may be done, and others of it are not */
  constructor(surroundings: Surroundings, outcomes: Outcomes, permits: Permits, onProgress: () => void) {
    this.#in = surroundings;
    this.#outcomes = outcomes;
    this.#permits = permits;
    this.#onProgress = onProgress;
  }

  /** Expects that a permit was acquired, and gives it back. Never rejects, and abandons nothing while there is time. */
  async run(batch: readonly KafkaRecord[]): Promise<void> {
    const { stop, log, mapping } = this.#in;
    const permit = new Permit(this.#permits);
    for (let [left, faults] = [batch, 1]; !stop.aborted; faults++) {
      try {
        await this.#settle(left, permit, false);
        break;
      } catch (error) {
        if (stop.aborted) break;
        log.error(`${mapping.id}: a fault of the dispatcher's own, the batch is tried again: ${describe(error)}`);
        await this.#pause(faults, permit).catch(() => undefined);
        left = batch.filter(({ done }) => !done);
      }
    }
    permit.leave();
  }

  /** @param isolated whether it goes to a worker of its own; once it does it keeps to that, so that it hurts no others */
  async #settle(batch: readonly KafkaRecord[], permit: Permit, isolated: boolean): Promise<void> {
    const { mapping } = this.#in;
    let records = batch;
    let isolate = isolated;
    let throttles = 0;
    for (;;) {
      records = await this.#startable(records, permit);
      if (records.length === 0) return;
      const failure = await this.#invoke(records, isolate);
      if (failure === undefined) return;
      if (failure.kind === 'cancelled') continue;
      if (failure.kind === 'throttled') {
        isolate ||= failure.isolate;
        await this.#pause(++throttles, permit);
        continue;
      }
      records = failure.records;
      const { named: blamed = records, fault } = failure;
      const splits = mapping.bisectBatchOnFunctionError && !failure.named && records.length > 1;
      const spent = splits ? [] : blamed.filter(({ tried }) => isSpent(tried, mapping));
      // What only follows a named record has not failed itself.
      const charged = new Set(splits ? [] : without(blamed, spent));
      for (const record of records) record.partition.failed(record, charged.has(record) ? 1 : 0);
      this.#onProgress();
      if (splits) {
        await this.#pause(1, permit);
        const half = Math.ceil(records.length / 2);
        await this.#settle(records.slice(0, half), permit, isolate);
        return this.#settle(records.slice(half), permit, isolate);
      }
      const { deliveries: attempts } = triedMost(spent);
      await this.#outcomes.giveUp(spent, { condition: 'RetryAttemptsExhausted', fault, attempts }, permit);
      records = without(records, spent);
      if (spent.length > 0) this.#onProgress();
      if (charged.size > 0) await this.#pause(triedMost([...charged]).retries, permit);
    }
  }

  /** Waits for a permit. What cannot be saved is given up first, which may take longer than a permit is kept. */
  async #startable(records: readonly KafkaRecord[], permit: Permit): Promise<readonly KafkaRecord[]> {
    if (records.length === 0) return records;
    if (!permit.held) await permit.take();
    const owned = this.#outcomes.owned(records);
    if (!this.#outcomes.hasHopeless(owned)) return owned;
    const viable = await this.#outcomes.viable(owned, triedMost(owned).deliveries, permit);
    if (viable.length > 0) await permit.take();
    return this.#outcomes.owned(viable);
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
    const custom = { attempt, retries, fetchedAt: fetchedAt(records, clock) };
    const outcome = await this.#in.invocations
      .invoke(records, custom, isolate, () => !hasLost(records))
      .catch((error): Outcome => ({ kind: 'fault', fault: faultOf(error) }));
    if (outcome.kind === 'cancelled') return outcome;
    if (outcome.kind === 'throttled') {
      stats.throttled++;
      log.warn(`${mapping.id}: throttled: ${outcome.fault.message}`);
      return { kind: 'throttled', isolate: outcome.isolate ?? false };
    }
    stats.invocations++;
    stats.invokedRecords += records.length;
    if (attempt > 1) stats.retries++;
    stats.busyMilliseconds += clock.monotonic() - started;
    const named = outcome.kind === 'answer' ? this.#named(outcome.json, records) : undefined;
    const again = named && this.#again(named, records);
    if (again) this.#outcomes.finish(without(records, again));
    if (again?.length === 0) return undefined;
    stats.failures++;
    stats.failedRecords += (named ?? records).length;
    const fault = outcome.kind === 'fault' ? outcome.fault : answered(named);
    log.warn(`${mapping.id}: attempt ${attempt} of ${records.length} records failed: ${fault.name}: ${fault.message}`);
    return { kind: 'failed', records: again ?? records, fault, ...(named ? { named } : {}) };
  }

  #named(json: string | undefined, records: readonly KafkaRecord[]): KafkaRecord[] | undefined {
    return this.#in.mapping.reportBatchItemFailures ? namedRecords(json, records) : [];
  }

  /** What a partial answer has delivered again. */
  #again(named: readonly KafkaRecord[], records: readonly KafkaRecord[]): readonly KafkaRecord[] {
    const { ordering, partialRetry } = this.#in.mapping;
    if (partialRetry === 'named') return named;
    return fromNamedOn(named, records, ({ partition, key }) => {
      if (ordering === 'partition') return `${partition.id}`;
      return ordering === 'key' && key ? `${partition.id}-${key.toString('latin1')}` : undefined;
    });
  }
}

/** What the records of a batch have behind them that were tried most often. */
function triedMost(records: readonly KafkaRecord[]): Tried {
  const most = { deliveries: 0, retries: 0 };
  for (const { tried } of records) {
    most.deliveries = Math.max(most.deliveries, tried.deliveries);
    most.retries = Math.max(most.retries, tried.retries);
  }
  return most;
}

const isSpent = ({ retries }: Tried, { maximumRetryAttempts: most }: Mapping): boolean => most >= 0 && retries >= most;

const fetchedAt = (records: readonly KafkaRecord[], clock: Clock): number => {
  const now = clock.monotonic();
  return Math.round(clock.now() - now + (records[0]?.fetchedAt ?? now));
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const answered = (failed: readonly KafkaRecord[] | undefined): Fault =>
  failed
    ? { name: 'BatchItemFailures', message: `the function reports ${failed.length} records to be tried again` }
    : { name: 'MalformedAnswer', message: 'the function answered with something that is no list of batchItemFailures' };
