/**
 * What every function has in common: the event is read, the work done, and the invocation described by one document.
 * Orders never wait for Elasticsearch: `metrics.ts` sees to that.
 */
import { invocationDocument } from '../metrics/invocationDocument.ts';
import { writeMetrics } from '../metrics/writeMetrics.ts';
import { type Ports, portsFromEnvironment } from './ports.connected.ts';
import type { Document } from './ports.ts';
import { type Incoming, readEvent } from './readEvent.ts';

/** What the work did with its records. */
export type Counts = Readonly<{ applied: number; repeated: number; ignored: number; dead: number }>;

export type Outcome = Readonly<{
  counts: Counts;
  /** Records to be delivered again. */
  failed: readonly Incoming[];
  documents: readonly Document[];
  /** Orders that came in over the last 60 s, where the function knows it. */
  perMinute?: number;
}>;

/**
 * `now` in ms since 1970. `attempt` is 1 where no record of the batch was delivered before; `retries` leaves out what came again
 * only since its batch was split.
 */
export type Invocation = Readonly<{ name: string; ports: Ports; now: number; attempt: number; retries: number }>;
export type Work = (records: readonly Incoming[], invocation: Invocation) => Promise<Outcome>;

/** The parts of Lambda's context that are used; `custom` comes from our dispatcher only. */
type Context = Readonly<{ awsRequestId: string; clientContext?: { custom?: { attempt?: number; retries?: number } } }>;
type BatchResponse = { batchItemFailures: { itemIdentifier: { partition: string; offset: number } }[] };
export type KafkaHandler = (event: unknown, context: Context) => Promise<BatchResponse>;

/** Makes a Lambda handler of `work`. @param connect brings the ports; a test brings its own */
export function kafkaFunction(name: string, work: Work, connect: () => Ports = portsFromEnvironment): KafkaHandler {
  let cold = true;
  return async (event, context) => {
    const records = readEvent(event);
    const ports = connect();
    const started = performance.now();
    const { attempt = 1, retries = 0 } = context.clientContext?.custom ?? {};
    const invocation: Invocation = { name, ports, now: ports.clock(), attempt, retries };
    const coldStart = cold;
    cold = false;
    const describe = (ended: { outcome: Outcome } | { error: unknown }) =>
      invocationDocument({
        invocation,
        records,
        cold: coldStart,
        requestId: context.awsRequestId,
        milliseconds: performance.now() - started,
        ...ended,
      });
    try {
      const outcome = await work(records, invocation);
      await writeMetrics(ports, outcome.documents, describe({ outcome }));
      return { batchItemFailures: outcome.failed.map(itemIdentifier) };
    } catch (error) {
      // Not awaited: what failed the work (Kafka, say) may hold this back too, and the work's error matters more.
      writeMetrics(ports, [], describe({ error })).catch((also) =>
        console.error(`${name}: its failure could not be recorded either: ${also}`),
      );
      throw error;
    }
  };
}

const itemIdentifier = ({ topic, partition, offset }: Incoming) => ({
  itemIdentifier: { partition: `${topic}-${partition}`, offset },
});
