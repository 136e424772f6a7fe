import type { Fault } from '../invoke/invocation.ts';
import type { KafkaRecord } from '../record/record.ts';
import { payloadLimit } from '../record/recordSize.ts';
import { backOff } from './backOff.ts';
import type { Condition } from './deadLetters.ts';
import type { Surroundings } from './surroundings.ts';

/** How records come to their end: done, or given up. */
export class Outcomes {
  readonly #in: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
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

  /** Sets aside what no attempt can save: a record that cannot be read, fits into no event, or has become too old. */
  async viable(records: readonly KafkaRecord[], attempts: number): Promise<readonly KafkaRecord[]> {
    const age = this.#in.mapping.maximumRecordAgeInSeconds;
    const born = age < 0 ? Number.NEGATIVE_INFINITY : this.#in.clock.now() - age * 1000;
    // A record without a time has no age.
    const isOld = ({ timestamp }: KafkaRecord) => timestamp >= 0 && timestamp < born;
    if (!records.some((record) => record.fault || record.size > payloadLimit || isOld(record))) return records;
    const broken = records.filter(({ fault }) => fault);
    const large = records.filter(({ size, fault }) => size > payloadLimit && !fault);
    const old = records.filter((record) => isOld(record) && record.size <= payloadLimit && !record.fault);
    for (const record of broken) {
      if (record.fault) await this.giveUp([record], 'RetryAttemptsExhausted', record.fault, attempts);
    }
    const limit = `${payloadLimit} bytes is the most that an invocation can carry`;
    await this.giveUp(large, 'PayloadTooLarge', { name: 'PayloadTooLarge', message: limit }, attempts);
    const tooOld = { name: 'RecordAgeExceeded', message: `the record is older than ${age} s` };
    await this.giveUp(old, 'RecordAgeExceeded', tooOld, attempts);
    return without(records, [...broken, ...large, ...old]);
  }

  /** Without a destination AWS drops what it gives up; here at least the log knows. */
  async giveUp(records: readonly KafkaRecord[], condition: Condition, fault: Fault, attempts: number): Promise<void> {
    if (records.length === 0) return;
    const { mapping, stats, log } = this.#in;
    const [first] = records as [KafkaRecord];
    const what = `${records.length} records from ${mapping.topic}-${first.partition.id} offset ${first.offset} on`;
    const destination = mapping.onFailure?.kind === 'kafka' ? mapping.onFailure.topic : undefined;
    if (destination) {
      await this.#insist(() =>
        this.#in.deadLetters.store({
          records,
          destination,
          functionName: mapping.functionName,
          condition,
          fault,
          attempts,
        }),
      );
      stats.deadLetters += records.length;
      log.warn(`${mapping.id}: ${what} went to ${destination}: ${condition}: ${fault.message}`);
    } else {
      stats.discarded += records.length;
      log.error(`${mapping.id}: ${what} are discarded (there is no onFailureDestination): ${condition}`);
    }
    this.finish(records);
  }

  /** Until it is done: a record may be committed only when its dead letter is stored. */
  async #insist(task: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await task();
      } catch (error) {
        this.#in.log.error(`${this.#in.mapping.id}: dead letters could not be written, trying again: ${error}`);
        await backOff(this.#in.clock, attempt, this.#in.stop);
      }
    }
  }
}

export function without(records: readonly KafkaRecord[], some: readonly KafkaRecord[]): readonly KafkaRecord[] {
  if (some.length === 0) return records;
  const gone = new Set(some);
  return records.filter((record) => !gone.has(record));
}
