/**
 * Calls come one by one, Kafka takes batches: what arrives while a batch is under way makes up the next one.
 * A record's promise resolves only after all in-sync replicas have it.
 */
import type { Deadline } from '@grpc/grpc-js';
import type { LogRecord } from '../../functions/runtime/ports.ts';
import { type Clock, sleep, type Timer } from '../clock.ts';
import { Refusal } from './refusal.ts';
import type { Sender } from './sender.ts';

/** The call that a record belongs to; every call of grpc-js is one. */
export interface Call {
  /** True once the client hung up or its deadline passed. */
  readonly cancelled: boolean;
  getDeadline(): Deadline;
}

type Waiting = {
  readonly record: LogRecord;
  readonly bytes: number;
  readonly call: Call;
  /** When the caller is told that Kafka is away, ms since 1970. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (reason: Refusal) => void;
  answered: boolean;
};

/** Enough to spread the cost of a round trip; more only delays the first of them. */
const batchRecords = 1000;
/** Kafka's default bound for one batch is 1 MiB, with its own framing. */
const batchBytes = 900_000;
const sweepMilliseconds = 50;

/** Unless given, 20,000 records and 5000 ms. */
type Limits = Readonly<{
  /** Records that wait for their batch; more are refused with RESOURCE_EXHAUSTED. */
  queue: number;
  /** Milliseconds until a caller is told that Kafka is away. */
  patience: number;
}>;

/** Sends one batch at a time, of at most 1000 records and 900,000 bytes; a larger record goes alone. */
export class Intake {
  readonly #sender: Sender;
  readonly #log: (line: string) => void;
  readonly #clock: Clock;
  readonly #limits: Limits;
  #queue: Waiting[] = [];
  #batch: readonly Waiting[] = [];
  #working: Promise<void> | undefined;
  #sweeper: Timer | undefined;
  #away = false;
  #closed = false;

  constructor(
    sender: Sender,
    log: (line: string) => void,
    clock: Clock,
    limits: Limits = { queue: 20_000, patience: 5000 },
  ) {
    this.#sender = sender;
    this.#log = log;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Resolves when the record is stored.
   * @throws Refusal RESOURCE_EXHAUSTED when full; UNAVAILABLE when Kafka is away, the gateway stops, or the caller is gone
   *   before its batch leaves: then nobody hears it, and the record is dropped
   */
  put(record: LogRecord, call: Call): Promise<void> {
    if (this.#closed) return Promise.reject(new Refusal('away', 'the gateway is stopping'));
    if (this.#queue.length >= this.#limits.queue) {
      return Promise.reject(new Refusal('full', `${this.#limits.queue} orders are waiting for Kafka already`));
    }
    return new Promise((resolve, reject) => {
      const bytes = record.value.length + record.key.length + 100;
      const until = this.#clock.now() + this.#limits.patience;
      this.#queue.push({ record, bytes, call, until, resolve, reject, answered: false });
      this.#working ??= this.#work();
    });
  }

  /** Refuses what waits, ends what is under way (within the patience of its callers), and disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.reject(new Refusal('away', 'the gateway is stopping'));
    await this.#working;
    await this.#sender.close();
  }

  async #work(): Promise<void> {
    // The calls that came in the same turn of the event loop share the first batch.
    await new Promise(setImmediate);
    this.#sweeper = this.#clock.every(sweepMilliseconds, () => this.#sweep());
    while (this.#queue.length > 0) {
      this.#batch = this.#take();
      if (this.#batch.length > 0) await this.#store(this.#batch);
    }
    this.#batch = [];
    this.#sweeper.cancel();
    this.#working = undefined;
  }

  #take(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (count === batchRecords || (count > 0 && bytes > batchBytes)) break;
      count++;
    }
    return this.#present(this.#queue.splice(0, count));
  }

  /** Tries until the batch is stored or nobody waits for it any more. */
  async #store(batch: readonly Waiting[]): Promise<void> {
    const records = batch.map(({ record }) => record);
    for (let pause = 100; ; pause = Math.min(2 * pause, 1000)) {
      try {
        await this.#sender.send(records);
        if (this.#away) this.#log('Kafka takes orders again.');
        this.#away = false;
        return answer(batch, ({ resolve }) => resolve());
      } catch (error) {
        if (!this.#away)
          this.#log(`Kafka does not take orders (${reasonOf(error)}): answering UNAVAILABLE until it does.`);
        this.#away = true;
      }
      await sleep(this.#clock, pause);
      if (batch.every((waiting) => waiting.answered || this.#isGone(waiting))) return this.#sender.reset();
    }
  }

  #sweep(): void {
    const now = this.#clock.now();
    const late = ({ until }: Waiting) => until <= now;
    const notStored = () => new Refusal('away', 'Kafka has not stored the order in time');
    const unsure =
      'Kafka has not answered in time and may store the order yet: only a repeat with its idempotency key is safe';
    answer(this.#queue.filter(late), ({ reject }) => reject(notStored()));
    answer(this.#batch.filter(late), ({ reject }) => reject(new Refusal('unsure', unsure)));
    this.#queue = this.#present(this.#queue);
  }

  /** Those whose callers still wait. */
  #present(queue: readonly Waiting[]): Waiting[] {
    const gone = queue.filter((waiting) => this.#isGone(waiting));
    answer(gone, ({ reject }) => reject(new Refusal('away', 'the caller is gone')));
    return queue.filter(({ answered }) => !answered);
  }

  #isGone({ call }: Waiting): boolean {
    return call.cancelled || Number(call.getDeadline()) <= this.#clock.now();
  }
}

/** Answers each that has not been answered yet. */
function answer(batch: readonly Waiting[], tell: (waiting: Waiting) => void): void {
  for (const waiting of batch) {
    if (!waiting.answered) tell(waiting);
    waiting.answered = true;
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
