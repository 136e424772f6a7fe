import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Clock, sleep } from '../../clock.ts';
import { messageOf } from '../../faults.ts';
import type { OrderedMessage } from '../../kafkajs/headers.ts';
import type { Batcher } from '../deliver/batcher.ts';
import { faultOf } from '../invoke/invocation.ts';
import type { Partition } from '../record/partition.ts';
import { Records, type Undeliverable } from '../record/record.ts';
import { type Decoded, SchemaFault, type Schemas } from '../schema/schemas.ts';
import type { Logger, MappingStats } from '../stats.ts';
import type { Commits } from './commits.ts';
import type { FetchControl } from './fetchControl.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';

/** Undefined wants every record. What it throws is a failure of that one record. */
export type Filter = {
  /** Whether the function wants a record of this value; what it does not want counts as done. */
  wanted: ((value: Buffer | null) => boolean) | undefined;
  /** By which records are decoded before; undefined leaves them as they are. */
  schemas: Pick<Schemas, 'learn' | 'decode'> | undefined;
};

/** Milliseconds before a registry that did not answer is asked again. */
const registryPause = 1000;

type Options = Filter & { clock: Clock; stats: MappingStats; log: Logger };
type Parts = {
  owned: OwnedPartitions;
  control: FetchControl;
  batcher: Pick<Batcher, 'add' | 'kick'>;
  commits: Pick<Commits, 'soon'>;
};
/** kafkajs' types do not tell what it asked for. */
type FetchedBatch = EachBatchPayload['batch'] & { readonly fetchedOffset?: string };
/** What of kafkajs' `eachBatch` is needed; `fetchedOffset` is what it asked the broker for. */
export type Payload = Pick<EachBatchPayload, 'isStale'> & { batch: FetchedBatch };

type Verdict = Readonly<{
  is: 'finished' | 'wanted' | 'unwanted';
  fault?: Undeliverable;
  decoded?: Decoded | undefined;
}>;
const finished: Verdict = { is: 'finished' };
const undisputed: Verdict = { is: 'wanted' };

/** Takes what kafkajs has fetched of the partitions that are ours. */
export class Receiver {
  readonly #options: Options;
  readonly #in: Parts;

  constructor(options: Options, parts: Parts) {
    this.#options = options;
    this.#in = parts;
  }

  /**
   * Looks up the schemas that the records name. Where the registry does not tell, they are fetched again instead.
   * @returns whether they can be received
   */
  async prepare({ batch }: Payload): Promise<boolean> {
    const { schemas, stats, log, clock } = this.#options;
    try {
      await schemas?.learn(batch.messages);
      return true;
    } catch (error) {
      stats.schemaRegistryErrors++;
      log.warn(
        `the schemas of records from ${batch.topic}-${batch.partition} are not known yet, asking again: ${messageOf(error)}`,
      );
      await sleep(clock, registryPause);
      const partition = this.#in.owned.get(batch.partition);
      if (partition) this.#in.control.seek(partition);
      return false;
    }
  }

  /** @returns false where kafkajs went back: what we asked for is not in the log (any more) */
  receive({ batch, isStale }: Payload): boolean {
    const { owned, control, batcher, commits } = this.#in;
    const partition = owned.settled && owned.get(batch.partition);
    if (!partition || partition.reset || isStale()) return true;
    const from = Number(batch.fetchedOffset ?? partition.next);
    if (from < partition.next) return false;
    if (from > partition.next && !this.#leavesNothingOut(partition)) return true;
    partition.end = Number(batch.highWatermark);
    const records = new Records(partition, this.#options.clock.monotonic());
    for (const message of batch.messages) this.#receive(partition, records, message);
    partition.next = Math.max(partition.next, Number(batch.lastOffset()) + 1);
    batcher.kick();
    control.limit(partition);
    if (partition.watermark() > partition.committed) commits.soon();
    return true;
  }

  /**
   * kafkajs goes on by itself after records that are for nobody, such as those of an aborted transaction, and at the
   * log's new start when old records are gone. But if it has overtaken us, records would be lost: so it is sent back once.
   */
  #leavesNothingOut(partition: Partition): boolean {
    if (partition.setBackTo === partition.next) return true;
    partition.setBackTo = partition.next;
    this.#in.control.seek(partition);
    return false;
  }

  #receive(partition: Partition, records: Records, message: OrderedMessage): void {
    const offset = message.at ?? Number(message.offset);
    if (offset < partition.next) return;
    const { stats } = this.#options;
    stats.polled++;
    const { is, fault, decoded } = partition.wasFinished(offset) ? finished : this.#judge(message);
    if (is === 'finished' || is === 'unwanted') {
      stats[is === 'finished' ? 'spared' : 'filtered']++;
      partition.pass(offset);
      return;
    }
    if (fault?.condition) stats.schemaRegistryErrors++;
    this.#in.batcher.add(partition.add(records.of(offset, message, fault, decoded)));
  }

  /** A record that its schema or the filter cannot read is a failure of this record, and of nothing else. */
  #judge(message: KafkaMessage): Verdict {
    const { wanted, schemas } = this.#options;
    if (!wanted && !schemas) return undisputed;
    try {
      const read = schemas?.decode(message);
      const isWanted = !wanted || wanted(read ? read.judged() : message.value);
      return { is: isWanted ? 'wanted' : 'unwanted', decoded: read?.decoded };
    } catch (error) {
      const condition = error instanceof SchemaFault && error.condition;
      return { is: 'wanted', fault: { ...faultOf(error), ...(condition && { condition }) } };
    }
  }
}
