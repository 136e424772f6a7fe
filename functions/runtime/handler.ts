/**
 * What every function has in common: the event is read, the work done, and the metrics are told of the invocation.
 */
import type { Clock } from '../../infra/clock.ts';
import { redactError } from '../../infra/redact.ts';
import type { Document, Log, LogRecord } from './ports.ts';
import { type Incoming, readEvent } from './readEvent.ts';

/** What the work did with its records. */
type Counts = Readonly<{ applied: number; repeated: number; ignored: number; dead: number }>;

/** What came of an invocation's work. */
export type Outcome = Readonly<{
  counts: Counts;
  /** Records to be delivered again. */
  failed: readonly Incoming[];
  /** What is to be published: events, commands, dead letters. */
  records: readonly LogRecord[];
  documents: readonly Document[];
  /** Orders that came in over the last 60 s, where the function knows it. */
  perMinute?: number;
}>;

/** What the handler itself needs. A function's own ports come on top. */
export type HandlerPorts = Readonly<{ clock: Clock; log: Log; metrics: Metrics }>;

/**
 * `now` in ms since 1970. `attempt` is 1 where no record of the batch was delivered before; `retries` leaves out what came again
 * only since its batch was split.
 */
export type Invocation<P extends HandlerPorts = HandlerPorts> = Readonly<{
  name: string;
  ports: P;
  now: number;
  attempt: number;
  retries: number;
}>;

/** An invocation that is over, with its outcome or with the error that failed it. */
export type Ended = Readonly<{
  invocation: Invocation;
  records: readonly Incoming[];
  /** Whether it was the first of its worker. */
  cold: boolean;
  requestId: string;
  milliseconds: number;
}> &
  ({ outcome: Outcome; error?: never } | { outcome?: never; error: unknown });

/** Keeps what came of each invocation, and what is told of it. Orders never wait for where that is drawn. */
export interface Metrics {
  /**
   * Resolves when the outcome's records and documents, and a document of the invocation itself, are safe.
   * @throws when they can be put nowhere; some of them may have been
   */
  write(ended: Ended): Promise<void>;
}

/** What a function does with the records of one invocation; it publishes nothing itself. A thrown error fails all of them. */
type Work<P extends HandlerPorts> = (records: readonly Incoming[], invocation: Invocation<P>) => Promise<Outcome>;

/** The parts of Lambda's context that are used; `custom` comes from our dispatcher only. */
type Context = Readonly<{ awsRequestId: string; clientContext?: { custom?: { attempt?: number; retries?: number } } }>;
type BatchResponse = { batchItemFailures: { itemIdentifier: { partition: string; offset: number } }[] };
/** A Lambda handler for Kafka's trigger, with `ReportBatchItemFailures`. */
export type KafkaHandler = (event: unknown, context: Context) => Promise<BatchResponse>;

/** Makes a Lambda handler of `work`. @param connect brings the ports; called at each invocation */
export function kafkaFunction<P extends HandlerPorts>(name: string, work: Work<P>, connect: () => P): KafkaHandler {
  let cold = true;
  return async (event, context) => {
    const records = readEvent(event);
    const ports = connect();
    const started = ports.clock.monotonic();
    const { attempt = 1, retries = 0 } = context.clientContext?.custom ?? {};
    const invocation = { name, ports, now: ports.clock.now(), attempt, retries };
    const begun = { invocation, records, cold, requestId: context.awsRequestId };
    cold = false;
    try {
      const outcome = await work(records, invocation);
      await ports.metrics.write({ ...begun, milliseconds: ports.clock.monotonic() - started, outcome });
      return { batchItemFailures: outcome.failed.map(itemIdentifier) };
    } catch (error) {
      // Not awaited: what failed the work (Kafka, say) may hold this back too, and the work's error matters more.
      ports.metrics
        .write({ ...begun, milliseconds: ports.clock.monotonic() - started, error })
        .catch((also) => console.error(`${name}: its failure could not be recorded either: ${also}`));
      // Whoever calls logs it, and keeps it with the dead letter.
      throw redactError(error);
    }
  };
}

const itemIdentifier = ({ topic, partition, offset }: Incoming) => ({
  itemIdentifier: { partition: `${topic}-${partition}`, offset },
});
