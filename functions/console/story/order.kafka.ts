import { readJson } from '../../../infra/json.ts';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { asItCame } from '../../deadLetters/asItCame.ts';
import { type Command, commandNames, transition } from '../../orders/lifecycle.ts';
import { type Event, eventSchema, type Order, orderSchema, type Step, timedCallSchema } from '../../orders/records.ts';
import { commandTopic, eventsTopic, usualPartitions } from '../../orders/topics.ts';
import { deadTopic } from '../../runtime/deadLetter.ts';
import { keyPartitioner } from '../../runtime/partitioner.ts';
import { type Range, readRanges } from '../../runtime/ranges.kafka.ts';
import type { Settings } from '../../settings.ts';
import type { Entry, OrderRecord } from './story.ts';

const sourceTopics = [...commandNames.map(commandTopic), eventsTopic];
const topics = [...sourceTopics, ...sourceTopics.map(deadTopic)];

/** The clocks of the machines that write may differ by so much (ms). */
const clockSlack = 60_000;

/** `order` is null where no readable record places it. `records` are oldest first, `history` is by version. */
type FromKafka = Readonly<{ order: Order | null; history: Step[]; records: OrderRecord[]; entries: Entry[] }>;

/**
 * Every record with the order's key: commands, events, dead letters.
 * @param since when the order was placed (ms since 1970), to spare reading what is older; undefined reads everything
 */
export async function orderOf(settings: Settings, orderId: string, since: number | undefined): Promise<FromKafka> {
  const records: OrderRecord[] = [];
  await readRanges(settings, await rangesOf(settings, orderId, since), (kept) => {
    if (kept.key?.toString() !== orderId) return;
    const record = kept.topic.endsWith(deadTopic('')) ? asItCame(kept) : kept;
    const headers = Object.entries(record.headers).map(([name, value]) => [name, String(value)]);
    const { partition, offset, timestamp } = record;
    const topic = record.topic.slice(settings.namespace.length);
    const value = record.value?.toString('utf8') ?? '';
    records.push({ topic, partition, offset, timestamp, value, headers: Object.fromEntries(headers) });
  });
  records.sort((a, b) => a.timestamp - b.timestamp || topics.indexOf(a.topic) - topics.indexOf(b.topic));
  return { records, ...told(records) };
}

async function rangesOf(settings: Settings, orderId: string, since: number | undefined): Promise<Range[]> {
  const { namespace } = settings;
  return withAdmin(connectKafka(settings, 'despacho-story', 'answersSoon'), (admin) =>
    Promise.all(
      topics.map(async (name) => {
        const topic = namespace + name;
        const bounds = await admin.fetchTopicOffsets(topic);
        const starts = since === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(topic, since - clockSlack);
        const held = partitionsOf(topic, orderId, Math.min(usualPartitions, settings.partitions), bounds.length);
        return bounds
          .filter(({ partition }) => held.has(partition))
          .map(({ partition, low, high }) => {
            const start = starts.find((one) => one.partition === partition)?.offset;
            return { topic, partition, from: Number(start ?? low), to: Number(high) };
          });
      }),
    ),
  ).then((ranges) => ranges.flat());
}

/** Where the order's records can lie: a topic that was given more partitions than its `first` keeps what it had where that was. */
function partitionsOf(topic: string, key: string, first: number, partitions: number): ReadonlySet<number> {
  const held = new Set<number>();
  for (let count = Math.min(first, partitions); count <= partitions; count++) {
    const partitionMetadata = Array.from({ length: count }, (_, partitionId) => {
      return { partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] };
    });
    held.add(keyPartitioner()({ topic, partitionMetadata, message: { key, value: '' } }));
  }
  return held;
}

const commandOf = (topic: string): Command | undefined => commandNames.find((name) => transition(name).topic === topic);

/** What the records tell, each as an entry; `again` where an equal one lies in the log already. */
function told(records: readonly OrderRecord[]): Omit<FromKafka, 'records'> {
  const entries: Entry[] = [];
  const events = new Map<number, Event>();
  const seen = new Set<string>();
  let order: Order | null = null;
  for (const record of records) {
    const { topic, partition, offset, timestamp: at } = record;
    const once = (name: string): { again?: true } => {
      if (seen.has(name)) return { again: true };
      seen.add(name);
      return {};
    };
    const base = { at, source: 'Kafka', place: { topic, partition, offset } } as const;
    if (topic.endsWith('.dead')) entries.push({ ...base, kind: 'dead letter', facts: deadFacts(record) });
    else if (topic === eventsTopic) {
      const event = eventSchema.safeParse(readJson(record.value)).data;
      if (event) events.set(event.version, event);
      entries.push({ ...base, kind: 'event', ...eventEntry(event), ...once(`event ${event?.version}`) });
    } else {
      const command = commandOf(topic);
      order ??= command === 'process' ? (orderSchema.safeParse(readJson(record.value)).data ?? null) : null;
      entries.push(...commandEntries(base, command, record, once));
    }
  }
  const history = [...events.values()].sort((a, b) => a.version - b.version).map(({ orderId: _, ...step }) => step);
  return { order, history, entries };
}

function eventEntry(event: Event | undefined): Pick<Entry, 'version' | 'command' | 'facts'> {
  if (!event) return { facts: { unreadable: true } };
  const { version, command, from, to, at } = event;
  return { version, command, facts: { from: from ?? '', to, at } };
}

type Base = Pick<Entry, 'at' | 'source' | 'place'>;

/** A command, and before it the firing of the timer that sent it. */
function commandEntries(
  base: Base,
  command: Command | undefined,
  { value }: OrderRecord,
  once: (name: string) => { again?: true },
): Entry[] {
  const named = command && { command };
  if (command === 'process') {
    return [{ ...base, kind: 'placed', ...named, version: 1, facts: {}, ...once('placed') }];
  }
  const call = timedCallSchema.safeParse(readJson(value)).data;
  if (!call) return [{ ...base, kind: 'command', ...named, facts: {}, ...once(`command ${command}`) }];
  const version = call.version + 1;
  const again = once(`command ${command} ${version}`);
  const sent: Entry = { ...base, kind: 'command', ...named, version, facts: { applies_to: call.version }, ...again };
  if (!call.due) return [sent];
  const lateness = call.due.firedAt - call.due.at;
  const fired: Entry = {
    at: call.due.firedAt,
    source: 'timers',
    kind: 'fired',
    ...named,
    version,
    facts: { lateness },
    ...again,
  };
  return [fired, sent];
}

/** What a dead letter tells of itself; whoever writes to Kafka could add what the page takes for a fact of its own. */
const deadNames = [
  'reason',
  'condition',
  'topic',
  'partition',
  'offset',
  'timestamp',
  'function',
  'attempts',
  'at',
].map((name) => `dead.${name}`);

const deadFacts = ({ headers }: OrderRecord): Entry['facts'] =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => deadNames.includes(name))
      .map(([name, value]) => [name.slice('dead.'.length), value]),
  );
