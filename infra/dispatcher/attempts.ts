import { setTimeout as delay } from 'node:timers/promises';
import { failedRecords } from './answer.ts';
import type { Burial, Condition } from './deadLetters.ts';
import { payloadLimit, type Source } from './event.ts';
import type { Custom, Fault, Outcome } from './invocation.ts';
import type { Mapping } from './mapping.ts';
import type { KafkaRecord } from './record.ts';
import type { Slots } from './slots.ts';
import type { Logger, MappingStats } from './stats.ts';

/** Milliseconds before the first retry, and at most; AWS does not publish its own. */
const firstPause = 100;
const longestPause = 10_000;

/** Waits longer after each attempt, with jitter. @throws AbortError when there is no time for another one */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(firstPause * 2 ** (attempt - 1), longestPause);
  await delay(longest * (0.5 + Math.random() / 2), undefined, { signal });
}

export type Surroundings = {
  mapping: Mapping;
  source: Source;
  slots: Slots;
  stats: MappingStats;
  log: Logger;
  /** Aborted when there is no more time: what is waiting to be tried again is left for the next start. */
  stop: AbortSignal;
  pause: typeof backOff;
  invoke(records: readonly KafkaRecord[], custom: Custom): Promise<Outcome>;
  bury(burial: Burial): Promise<void>;
};

/** The slot of one batch; it has one when it starts. */
class Slot {
  readonly #slots: Slots;
  #held = true;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  async take(): Promise<void> {
    if (!this.#held) await this.#slots.acquire();
    this.#held = true;
  }

  leave(): void {
    if (this.#held) this.#slots.release();
    this.#held = false;
  }
}

type Failure = { records: KafkaRecord[]; fault: Fault; partial: boolean };

/** Takes one batch to its end: done, given up, or lost to another consumer. */
export class Attempts {
  readonly #in: Surroundings;
  /** Called when records of a batch are done, and others of it are not. */
  onProgress: () => void = () => undefined;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
  }

  /** Expects that a slot was acquired, and gives it back. Never rejects. */
  async run(batch: readonly KafkaRecord[]): Promise<void> {
    const slot = new Slot(this.#in.slots);
    try {
      await this.#settle(batch, 1, slot);
    } catch (error) {
      if (!this.#in.stop.aborted) this.#in.log.error(`${this.#in.mapping.id}: ${error}`);
    } finally {
      slot.leave();
    }
  }

  async #settle(batch: readonly KafkaRecord[], first: number, slot: Slot): Promise<void> {
    const { mapping } = this.#in;
    let records = batch;
    let throttles = 0;
    for (let attempt = first; ; ) {
      await slot.take();
      records = await this.#giveUpHopeless(this.#owned(records), attempt - 1);
      if (records.length === 0) return;
      const failure = await this.#invoke(records, attempt);
      if (failure === undefined) return;
      if (failure === 'throttled') {
        await this.#pause(++throttles, slot);
        continue;
      }
      records = failure.records;
      if (mapping.bisectBatchOnFunctionError && !failure.partial && records.length > 1) {
        await this.#pause(1, slot);
        const half = Math.ceil(records.length / 2);
        await this.#settle(records.slice(0, half), attempt, slot);
        return this.#settle(records.slice(half), attempt, slot);
      }
      if (mapping.maximumRetryAttempts >= 0 && attempt > mapping.maximumRetryAttempts) {
        return this.#giveUp(records, 'RetryAttemptsExhausted', failure.fault, attempt);
      }
      await this.#pause(attempt++, slot);
      this.#in.stats.retries++;
    }
  }

  /** What waits for its next attempt takes nobody's place. */
  #pause(attempt: number, slot: Slot): Promise<void> {
    slot.leave();
    return this.#in.pause(attempt, this.#in.stop);
  }

  /** @returns undefined when every record is done */
  async #invoke(records: readonly KafkaRecord[], attempt: number): Promise<Failure | 'throttled' | undefined> {
    const { stats, mapping, log } = this.#in;
    const started = performance.now();
    const outcome = await this.#in.invoke(records, { attempt, fetchedAt: fetchedAt(records) });
    if (outcome.kind === 'throttled') {
      stats.throttled++;
      log.warn(`${mapping.id}: throttled: ${outcome.fault.message}`);
      return 'throttled';
    }
    stats.invocations++;
    stats.busyMilliseconds += performance.now() - started;
    const partial = outcome.kind === 'answer' ? this.#failed(outcome.json, records) : undefined;
    if (partial) this.#finish(without(records, partial));
    if (partial?.length === 0) return undefined;
    this.onProgress();
    stats.failures++;
    const fault = outcome.kind === 'fault' ? outcome.fault : answered(partial);
    log.warn(`${mapping.id}: attempt ${attempt} of ${records.length} records failed: ${fault.name}: ${fault.message}`);
    return { records: partial ?? [...records], fault, partial: partial !== undefined };
  }

  #failed(json: string | undefined, records: readonly KafkaRecord[]): KafkaRecord[] | undefined {
    const { mapping } = this.#in;
    if (!mapping.reportBatchItemFailures) return [];
    return failedRecords(json, records, ({ partition, key }) =>
      mapping.ordering === 'key' && key ? `${partition.id}-${key.toString('latin1')}` : `${partition.id}`,
    );
  }

  #finish(records: readonly KafkaRecord[]): void {
    for (const record of records) {
      if (record.partition.lost) this.#in.stats.redelivered++;
      else {
        record.partition.finish(record);
        this.#in.stats.records++;
      }
    }
  }

  /** What another consumer owns by now is delivered again there. */
  #owned(records: readonly KafkaRecord[]): readonly KafkaRecord[] {
    if (!records.some(({ partition }) => partition.lost)) return records;
    const owned = records.filter(({ partition }) => !partition.lost);
    this.#in.stats.redelivered += records.length - owned.length;
    return owned;
  }

  /** Sets aside what no attempt can save: a record that fits into no event, or that has become too old. */
  async #giveUpHopeless(records: readonly KafkaRecord[], attempts: number): Promise<readonly KafkaRecord[]> {
    const age = this.#in.mapping.maximumRecordAgeInSeconds;
    const born = age < 0 ? Number.NEGATIVE_INFINITY : Date.now() - age * 1000;
    const large = records.filter(({ size }) => size > payloadLimit);
    const old = records.filter(({ size, timestamp }) => timestamp < born && size <= payloadLimit);
    if (large.length + old.length === 0) return records;
    const limit = `${payloadLimit} bytes is the most that an invocation can carry`;
    await this.#giveUp(large, 'PayloadTooLarge', { name: 'PayloadTooLarge', message: limit }, attempts);
    const tooOld = { name: 'RecordAgeExceeded', message: `the record is older than ${age} s` };
    await this.#giveUp(old, 'RecordAgeExceeded', tooOld, attempts);
    return without(records, [...large, ...old]);
  }

  /** Without a destination AWS drops what it gives up; here at least the log knows. */
  async #giveUp(records: readonly KafkaRecord[], condition: Condition, fault: Fault, attempts: number): Promise<void> {
    if (records.length === 0) return;
    const { mapping, stats, log } = this.#in;
    const [first] = records as [KafkaRecord];
    const what = `${records.length} records from ${mapping.topic}-${first.partition.id} offset ${first.offset} on`;
    const destination = mapping.onFailureTopic;
    if (destination) {
      await this.#insist(() =>
        this.#in.bury({ records, destination, functionName: mapping.functionName, condition, fault, attempts }),
      );
      stats.deadLetters += records.length;
      log.warn(`${mapping.id}: ${what} went to ${destination}: ${condition}: ${fault.message}`);
    } else {
      stats.discarded += records.length;
      log.error(`${mapping.id}: ${what} are discarded (there is no onFailureDestination): ${condition}`);
    }
    this.#finish(records);
  }

  /** Until it is done: a record may be committed only when its dead letter is stored. */
  async #insist(task: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await task();
      } catch (error) {
        this.#in.log.error(`${this.#in.mapping.id}: dead letters could not be written, trying again: ${error}`);
        await this.#in.pause(attempt, this.#in.stop);
      }
    }
  }
}

function without(records: readonly KafkaRecord[], some: readonly KafkaRecord[]): readonly KafkaRecord[] {
  if (some.length === 0) return records;
  const gone = new Set(some);
  return records.filter((record) => !gone.has(record));
}

const fetchedAt = (records: readonly KafkaRecord[]): number =>
  Math.round(performance.timeOrigin + (records[0]?.fetchedAt ?? performance.now()));

const answered = (failed: readonly KafkaRecord[] | undefined): Fault =>
  failed
    ? { name: 'BatchItemFailures', message: `the function reports ${failed.length} records to be tried again` }
    : { name: 'MalformedAnswer', message: 'the function answered with something that is no list of batchItemFailures' };
