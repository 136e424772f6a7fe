import type { Admin } from 'kafkajs';
import { type Clock, sleep, within } from '../../clock.ts';
import { Trouble } from '../../faults.ts';
import { orAborted } from '../../orAborted.ts';
import type { Mapping, Plan } from '../config/mapping.ts';
import { type Dispatcher, startDispatcher } from '../dispatcher.ts';
import type { StartWorker } from '../invoke/functionWorker.ts';
import type { EventRecord, KafkaEvent } from '../invoke/kafkaEvent.ts';
import { unpack } from '../invoke/packing.ts';
import { kafkaClients } from '../read/kafka.ts';
import type { Logger } from '../stats.ts';

/** So far back it looks in each partition for records that the function wants. */
const lookBack = 1000;
/** Milliseconds between two looks at how far it is. */
const lookAgain = 50;
/** Milliseconds; what has been found by then has to do. */
const longest = 30_000;
/** Milliseconds for taking leave: a broker that does not answer any more is asked again and again. */
const leaving = 3000;

type Surroundings = Readonly<{ clock: Clock; log: Logger; signal: AbortSignal }>;

/**
 * The event of the newest records that the mapping's function would get. They are read as they are for the function, filters and all, in a
 * group that is deleted afterwards: its own group does not move.
 * @param count so many records at most
 * @throws Trouble where the topic is missing, or nothing near its end is wanted
 */
export async function brokerEvent(
  mapping: Mapping,
  plan: Plan,
  count: number,
  { clock, log, signal }: Surroundings,
): Promise<KafkaEvent> {
  const end = new AbortController();
  const { clientId } = plan;
  const { brokers, access } = plan.clusters[mapping.id] ?? plan;
  const admin = kafkaClients({ brokers, clientId, access, end: end.signal }, log, clock)().admin();
  const consumerGroupId = `kafka-dispatcher-event-${clock.uuid()}`;
  let connected = false;
  try {
    const found = async () => {
      await admin.connect();
      connected = true;
      return beginNearTheEnd(admin, mapping.topic, consumerGroupId);
    };
    const ends = await orAborted(found(), signal);
    const event = await read({ ...mapping, consumerGroupId, batchSize: 1000 }, plan, ends, { clock, log, signal });
    return newest(event, count, mapping);
  } finally {
    const leave = async () => {
      await admin.deleteGroups([consumerGroupId]).catch(() => undefined);
      await admin.disconnect();
    };
    if (connected) await within(clock, leaving, leave());
    end.abort();
  }
}

/** By partition, the offset behind its last record. */
type Ends = ReadonlyMap<number, number>;

async function beginNearTheEnd(admin: Admin, topic: string, groupId: string): Promise<Ends> {
  const offsets = await admin.fetchTopicOffsets(topic).catch(() => {
    throw new Trouble('refused', `the brokers have no topic "${topic}"; --from sample makes a record`);
  });
  const partitions = offsets.map(({ partition, low, high }) => ({
    partition,
    offset: `${Math.max(Number(low), Number(high) - lookBack)}`,
  }));
  await admin.setOffsets({ groupId, topic, partitions });
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}

/** All that the function would get from there to the end, in one event. */
async function read(
  mapping: Mapping,
  plan: Plan,
  ends: Ends,
  { clock, log, signal }: Surroundings,
): Promise<KafkaEvent | undefined> {
  const { onFailure: _, ...plain } = mapping;
  const { endpoint: __, ...here } = plan;
  const events: KafkaEvent[] = [];
  const dispatcher = await startDispatcher({
    ...here,
    mappings: [{ ...plain, enabled: true, maximumBatchingWindow: 0, pollers: 1 }],
    machine: { clock, startWorker: keeping(events) },
    log,
    signal,
  });
  try {
    const latest = clock.monotonic() + longest;
    while (!isAtEnd(dispatcher, ends) && clock.monotonic() < latest) await sleep(clock, lookAgain, signal);
  } finally {
    await dispatcher.drain(0);
  }
  return events.reduce<KafkaEvent | undefined>(joined, undefined);
}

function isAtEnd(dispatcher: Dispatcher, ends: Ends): boolean {
  const partitions = Object.values(dispatcher.stats().mappings).flatMap((mapping) => mapping.partitions);
  const committed = new Map(partitions.map((one) => [one.partition, one.committed]));
  return [...ends].every(([partition, end]) => (committed.get(partition) ?? -1) >= end);
}

/** Stands in for the function: keeps its events, and succeeds. */
const keeping =
  (events: KafkaEvent[]): StartWorker =>
  (_name, _functions, { message, exit }) => {
    queueMicrotask(() => message({ kind: 'ready' }));
    return {
      post(calls) {
        for (const { buffer, count, source } of calls) events.push(unpack(buffer, count, source));
        const replies = calls.map(({ id }) => ({ id, outcome: { kind: 'answer', json: undefined } }));
        queueMicrotask(() => message({ kind: 'replies', replies }));
      },
      terminate: async () => exit(0),
    };
  };

function joined(all: KafkaEvent | undefined, event: KafkaEvent): KafkaEvent {
  const records = { ...all?.records };
  for (const [name, more] of Object.entries(event.records)) records[name] = [...(records[name] ?? []), ...more];
  return { ...event, records };
}

function newest(event: KafkaEvent | undefined, count: number, { id, topic }: Mapping): KafkaEvent {
  if (!event) {
    const where = `the last ${lookBack} records of each partition of "${topic}"`;
    throw new Trouble(
      'refused',
      `${id}: among ${where} there is none that the function wants; --from sample makes one`,
    );
  }
  const all = Object.entries(event.records).flatMap(([name, records]) => records.map((record) => ({ name, record })));
  const last = all.sort((one, other) => one.record.timestamp - other.record.timestamp).slice(-count);
  const records: Record<string, EventRecord[]> = {};
  for (const { name, record } of last) records[name] = [...(records[name] ?? []), record].sort(byOffset);
  return { ...event, records };
}

const byOffset = (one: EventRecord, other: EventRecord): number => one.offset - other.offset;
