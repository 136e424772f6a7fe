import type { KafkaRecord } from '../record/record.ts';
import { listSize, payloadLimit, recordsLimit } from '../record/recordSize.ts';
import { backOff } from './backOff.ts';
import type { Failed, FailureDestination } from './failure.ts';
import type { Permit } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

/** Milliseconds that a dead letter may take before others may go on in the meantime. */
const patience = 1000;

/** How records come to their end: done, or given up. */
export class Outcomes {
  readonly #in: Surroundings;
  /** Bytes that a record may take, alone in its event. */
  readonly #room: number;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
    const { invocations, mapping } = surroundings;
    this.#room = recordsLimit(invocations.source) - listSize(mapping.topic);
  }

  finish(records: readonly KafkaRecord[]): void {
    for (const record of records) {
      if (record.partition.lost) this.#in.stats.redelivered++;
      else {
        record.partition.finish(record);
        this.#in.stats.records++;
      }
    }
  }

  /** Whether there is a record that no attempt can save: one that cannot be read, fits into no event, or has become too old. */
  hasHopeless(records: readonly KafkaRecord[]): boolean {
    const born = this.#born();
    for (const record of records) if (record.fault || record.size > this.#room || isOlder(record, born)) return true;
    return false;
  }

  /** Sets aside what no attempt can save. */
  async viable(records: readonly KafkaRecord[], attempts: number, permit: Permit): Promise<readonly KafkaRecord[]> {
    const age = this.#in.mapping.maximumRecordAgeInSeconds;
    const born = this.#born();
    const isLarge = ({ size }: KafkaRecord): boolean => size > this.#room;
    const broken = records.filter(({ fault }) => fault);
    const large = records.filter((record) => isLarge(record) && !record.fault);
    const old = records.filter((record) => isOlder(record, born) && !isLarge(record) && !record.fault);
    for (const record of broken) {
      const { fault } = record;
      const condition = fault?.condition ?? 'RetryAttemptsExhausted';
      if (fault) await this.giveUp([record], { condition, fault, attempts }, permit);
    }
    const limit = `${payloadLimit} bytes is the most that an invocation can carry`;
    const tooLarge = { name: 'MaximumPayloadSizeExceeded', message: limit } as const;
    await this.giveUp(large, { condition: tooLarge.name, fault: tooLarge, attempts }, permit);
    const tooOld = { name: 'RecordAgeExceeded', message: `the record is older than ${age} s` } as const;
    await this.giveUp(old, { condition: tooOld.name, fault: tooOld, attempts }, permit);
    return without(records, [...broken, ...large, ...old]);
  }

  /**
   * Without a destination AWS drops what it gives up; here at least the log knows.
   * @param permit is given back where the destination keeps them waiting
   */
  async giveUp(
    records: readonly KafkaRecord[],
    why: Pick<Failed, 'condition' | 'fault' | 'attempts'>,
    permit: Permit,
  ): Promise<void> {
    if (records.length === 0) return;
    const { condition, fault } = why;
    const { mapping, stats, log, clock, invocations, destination } = this.#in;
    const [first] = records as [KafkaRecord];
    const what = `${records.length} records from ${mapping.topic}-${first.partition.id} offset ${first.offset} on`;
    if (destination) {
      const { source, functionArn } = invocations;
      const [at, requestId] = [clock.now(), clock.uuid()];
      const failed = { records, mapping, source, functionArn, at, requestId, ...why };
      await this.#store(failed, destination, permit);
      log.warn(`${mapping.id}: ${what} went to ${destination.name}: ${condition}: ${fault.message}`);
    } else {
      stats.discarded += records.length;
      log.error(`${mapping.id}: ${what} are discarded (there is no onFailureDestination): ${condition}`);
      this.finish(records);
    }
  }

  /** Until it is done: a record may be committed only when its dead letter is stored. */
  async #store(failed: Failed, destination: FailureDestination, permit: Permit): Promise<void> {
    const { clock, log, mapping, stats, stop } = this.#in;
    let records = failed.records;
    for (let failures = 0; records.length > 0; ) {
      const timer = clock.after(patience, () => permit.leave());
      try {
        const stored = await destination.store({ ...failed, records });
        stats.deadLetters += stored.length;
        this.finish(stored);
        records = without(records, stored);
        failures = 0;
      } catch (error) {
        stats.destinationErrors++;
        log.error(`${mapping.id}: dead letters could not be written to ${destination.name}, trying again: ${error}`);
        permit.leave();
        await backOff(clock, ++failures, stop);
        records = this.owned(records);
      } finally {
        timer.cancel();
      }
    }
  }

  /** What another consumer owns by now is delivered again there. */
  owned(records: readonly KafkaRecord[]): readonly KafkaRecord[] {
    if (!hasLost(records)) return records;
    const owned = records.filter(({ partition }) => !partition.lost);
    this.#in.stats.redelivered += records.length - owned.length;
    return owned;
  }

  /** Since when a record must be there that is not too old, in ms since 1970. */
  #born(): number {
    const age = this.#in.mapping.maximumRecordAgeInSeconds;
    return age < 0 ? Number.NEGATIVE_INFINITY : this.#in.clock.now() - age * 1000;
  }
}

/** Some producers write no time, which Kafka keeps as −1: that is no age. */
const isOlder = ({ timestamp }: KafkaRecord, born: number): boolean => timestamp >= 0 && timestamp < born;

/** A loop: as all that looks at each record of each batch it is several times as fast as a callback. */
export function hasLost(records: readonly KafkaRecord[]): boolean {
  for (const { partition } of records) if (partition.lost) return true;
  return false;
}

/**
 * Compares by identity, and keeps the order.
 * @returns the given list itself where there is nothing to leave out
 */
export function without(records: readonly KafkaRecord[], some: readonly KafkaRecord[]): readonly KafkaRecord[] {
  if (some.length === 0) return records;
  const gone = new Set(some);
  return records.filter((record) => !gone.has(record));
}
