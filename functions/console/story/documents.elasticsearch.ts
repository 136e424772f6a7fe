import { connectElasticsearch } from '../../runtime/connection.elasticsearch.ts';
import type { Settings } from '../../settings.ts';
import type { Entry, OrderRecord } from './story.ts';

type Body = Readonly<Record<string, unknown>>;

const numberOf = (body: Body, field: string): number | undefined =>
  typeof body[field] === 'number' ? body[field] : undefined;
const listOf = (body: Body, field: string): number[] => [body[field] ?? []].flat().map(Number);
const milliseconds = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10;
const momentOf = (body: Body): number => Date.parse(String(body['@timestamp']));

/** The order's documents, and those of every invocation that one of its records was delivered to. */
export async function documentsOf(
  settings: Settings,
  orderId: string,
  records: readonly OrderRecord[],
): Promise<{ entries: Entry[] }> {
  const client = connectElasticsearch(settings, { maxRetries: 1, requestTimeout: 5000 });
  const search = async (indices: string[], query: object): Promise<{ id: string; body: Body }[]> => {
    const index = indices.map((name) => settings.namespace + name);
    await client.indices.refresh({ index });
    const { hits } = await client.search<Body>({ index, query, size: 1000 });
    return hits.hits.flatMap(({ _id, _source }) => (_id && _source ? [{ id: _id, body: _source }] : []));
  };
  try {
    const [own, invocations] = await Promise.all([
      search(['despacho-transitions', 'despacho-emails'], { term: { 'despacho.order.id': orderId } }),
      records.length === 0
        ? []
        : search(['despacho-invocations'], { bool: { should: records.map((record) => covers(settings, record)) } }),
    ]);
    const delivered = invocations
      .map(({ body }) => invocationEntry(settings, body, records))
      .filter((entry) => entry !== undefined);
    return { entries: [...own.map(({ id, body }) => documentEntry(id, body)), ...delivered] };
  } finally {
    await client.close();
  }
}

/** Invocations whose batch may have held the record: a batch of many partitions is looked at more closely below. */
const covers = ({ namespace }: Settings, { topic, partition, offset }: OrderRecord) => ({
  bool: {
    filter: [
      { term: { 'messaging.destination.name': namespace + topic } },
      { term: { 'despacho.kafka.partition': partition } },
      { range: { 'despacho.kafka.offset.first': { lte: offset } } },
      { range: { 'despacho.kafka.offset.last': { gte: offset } } },
    ],
  },
});

function documentEntry(id: string, body: Body): Entry {
  const email = body['event.dataset'] === 'despacho-emails';
  const version = numberOf(body, 'despacho.order.version');
  const duration = numberOf(body, 'event.duration');
  return {
    at: momentOf(body),
    source: 'Elasticsearch',
    kind: email ? 'e-mail document' : 'transition',
    ...(version !== undefined && { version }),
    command: String(body['despacho.order.command']),
    facts: {
      id,
      ...(duration !== undefined && { took: milliseconds(duration) }),
      ...pick(body, {
        lateness: 'despacho.timer.lateness',
        drift: 'despacho.timer.drift',
        delay: 'despacho.email.delay',
      }),
    },
  };
}

const pick = (body: Body, fields: Record<string, string>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = numberOf(body, field);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** A delivery of one of the order's records to a function; undefined where the batch did not hold it after all. */
function invocationEntry({ namespace }: Settings, body: Body, records: readonly OrderRecord[]): Entry | undefined {
  const partitions = listOf(body, 'despacho.kafka.partition');
  const first = listOf(body, 'despacho.kafka.offset.first');
  const last = listOf(body, 'despacho.kafka.offset.last');
  const record = records.find(({ topic, partition, offset }) => {
    const place = partitions.indexOf(partition);
    if (body['messaging.destination.name'] !== namespace + topic || place < 0) return false;
    return (first[place] ?? 0) <= offset && offset <= (last[place] ?? -1);
  });
  if (!record) return undefined;
  const { topic, partition, offset } = record;
  const retries = numberOf(body, 'despacho.retries') ?? 0;
  return {
    at: momentOf(body),
    source: 'Elasticsearch',
    kind: 'invocation',
    command: String(body['faas.name']),
    place: { topic, partition, offset },
    ...(retries > 0 && { again: true }),
    facts: {
      outcome: String(body['event.outcome']),
      took: milliseconds(numberOf(body, 'event.duration') ?? 0),
      records: numberOf(body, 'messaging.batch.message_count') ?? 0,
      retries,
      cold_start: body['faas.coldstart'] === true,
      ...(body['error.type'] !== undefined && { error: String(body['error.type']) }),
    },
  };
}
