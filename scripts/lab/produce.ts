/** The producer: takes messages from a source at their moments, or as fast as they come, and puts them into Kafka. */
import type { Message, Producer } from 'kafkajs';
import { keyPartitioner } from '../../functions/runtime/partitioner.ts';
import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { type DistributionName, distribution } from '../load/distributions.ts';
import { newRandom } from '../load/random.ts';
import { Digest } from './digest.ts';
import { openSource, type SourceOptions } from './sources/open.ts';
import { mostBytes, type Produced, type Source, type SourceCounts } from './sources/source.ts';
import { connectLabKafka, messagesTopic } from './topics.ts';

/** Of one request. */
const batchMessages = 2000;

/** Without `count` and `duration` the source or the signal ends it. A live source has its own pace, whatever `rate`. */
export type ProduceOptions = SourceOptions &
  Readonly<{
    /** Messages per second; as fast as possible where there is none. */
    rate: number | undefined;
    distribution: DistributionName;
    count: number | undefined;
    /** Seconds. */
    duration: number | undefined;
  }>;

/** What Kafka has acknowledged so far. `digest` is of the values as they were sent. */
export type Production = Readonly<{
  sent: number;
  bytes: number;
  seconds: number;
  digest: string;
  source?: SourceCounts;
}>;

type Surroundings = Readonly<{
  place: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>;
  signal?: AbortSignal;
  log(text: string): void;
  /** Called after each request. */
  onProgress?(production: Production): void;
}>;

/**
 * Produces until the count, the duration, the source or the signal ends it; then waits for Kafka.
 * @throws Mistake for a source that cannot be opened or read
 */
export async function produce(options: ProduceOptions, surroundings: Surroundings): Promise<Production> {
  const source = openSource(options, surroundings.log);
  const { place } = surroundings;
  const producer = connectLabKafka(place).producer({ idempotent: true, createPartitioner: keyPartitioner });
  await producer.connect();
  const sender = new Sender(producer, messagesTopic(options.kind, place), source, surroundings);
  const stop = stopAfter(options.duration, surroundings.signal);
  try {
    if (source.kind === 'live') await sendLive(source, sender, options, stop.signal);
    else await sendPulled(source.messages, sender, options, stop.signal);
    return await sender.finish();
  } finally {
    stop.clear();
    if (source.kind === 'live') source.stop();
    await producer.disconnect();
  }
}

function stopAfter(duration: number | undefined, outer: AbortSignal | undefined) {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  outer?.addEventListener('abort', abort);
  if (outer?.aborted) abort();
  const timer = duration === undefined ? undefined : systemClock.after(duration * 1000, abort);
  return {
    signal: stop.signal,
    clear() {
      timer?.cancel();
      outer?.removeEventListener('abort', abort);
    },
  };
}

const bytesOf = ({ key, value }: Produced): number => Buffer.byteLength(key) + Buffer.byteLength(value);

/** Collects messages into requests: one is under way while the next is made. */
class Sender {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #source: Source;
  readonly #surroundings: Surroundings;
  readonly #digest = new Digest();
  readonly #start = systemClock.monotonic();
  #batch: Message[] = [];
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();
  #acknowledged = { messages: 0, bytes: 0 };
  taken = 0;

  constructor(producer: Producer, topic: string, source: Source, surroundings: Surroundings) {
    this.#producer = producer;
    this.#topic = topic;
    this.#source = source;
    this.#surroundings = surroundings;
  }

  /** Where it has none, `flush` is to be called first. */
  hasRoom(message: Produced): boolean {
    return this.#batch.length < batchMessages && this.#bytes + bytesOf(message) <= mostBytes;
  }

  add(message: Produced): void {
    this.#digest.add(message.value);
    this.#batch.push(message);
    this.#bytes += bytesOf(message);
    this.taken++;
  }

  /** Resolves when the request before this one is acknowledged. */
  async flush(): Promise<void> {
    await this.#underWay;
    const [messages, bytes] = [this.#batch, this.#bytes];
    [this.#batch, this.#bytes] = [[], 0];
    if (messages.length === 0) return;
    const sending = this.#send(messages, bytes);
    // Its failure is met at the next flush; until then it must not count as unhandled.
    sending.catch(() => undefined);
    this.#underWay = sending;
  }

  async finish(): Promise<Production> {
    await this.flush();
    await this.#underWay;
    return this.#production();
  }

  async #send(messages: Message[], bytes: number): Promise<void> {
    await this.#producer.send({ topic: this.#topic, acks: -1, messages });
    this.#acknowledged.messages += messages.length;
    this.#acknowledged.bytes += bytes;
    this.#surroundings.onProgress?.(this.#production());
  }

  #production(): Production {
    const { messages, bytes } = this.#acknowledged;
    const seconds = (systemClock.monotonic() - this.#start) / 1000;
    const source = this.#source.kind === 'live' ? { source: this.#source.counts } : {};
    return { sent: messages, bytes, seconds, digest: this.#digest.toString(), ...source };
  }
}

/** The moments at which messages are due, in ms from the start; all at once where no rate is given. */
function* momentsOf({ rate, distribution: name, count, duration, seed }: ProduceOptions): Generator<number, undefined> {
  if (rate === undefined) for (;;) yield 0;
  const seconds = duration ?? (count ?? 1e6) / rate;
  for (const moment of distribution(name).arrivals({ rate, seconds }, newRandom(seed))) yield moment * 1000;
  return undefined;
}

async function sendPulled(
  messages: Iterator<Produced>,
  sender: Sender,
  options: ProduceOptions,
  signal: AbortSignal,
): Promise<void> {
  const start = systemClock.monotonic();
  const most = options.count ?? Number.POSITIVE_INFINITY;
  for (const moment of momentsOf(options)) {
    while (systemClock.monotonic() - start < moment && !signal.aborted) {
      await sender.flush();
      const wait = moment - (systemClock.monotonic() - start);
      if (wait > 0) await sleep(systemClock, wait, signal).catch(() => undefined);
    }
    if (signal.aborted || sender.taken >= most) return;
    const next = messages.next();
    if (next.done) return;
    if (!sender.hasRoom(next.value)) await sender.flush();
    sender.add(next.value);
  }
}

async function sendLive(
  source: Extract<Source, { kind: 'live' }>,
  sender: Sender,
  { count = Number.POSITIVE_INFINITY }: ProduceOptions,
  signal: AbortSignal,
): Promise<void> {
  const stop = (): void => source.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  // What came is sent at least this often, so that a slow stream is seen as it comes.
  const beat = systemClock.every(50, () => void sender.flush().catch(stop));
  try {
    for await (const message of source.messages) {
      if (!sender.hasRoom(message)) await sender.flush();
      sender.add(message);
      if (sender.taken >= count) return;
    }
  } finally {
    beat.cancel();
    signal.removeEventListener('abort', stop);
  }
}
