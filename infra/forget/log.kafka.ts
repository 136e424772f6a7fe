import { openRecords } from '../../functions/deadLetters/letters.kafka.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { isFinal } from '../../functions/orders/lifecycle.ts';
import { eventSchema } from '../../functions/orders/records.ts';
import { topicResource } from '../../functions/orders/topics.kafka.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import { readTopics, spansOf } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { objectOf, readJson } from '../json.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';

/** A topic that holds something of customers, and for how many ms Kafka keeps a record at most; undefined: for ever. */
export type Kept = Readonly<{ topic: string; milliseconds: number | undefined }>;

const placed = commandTopic('process');
const holders = [placed, documentsTopic].flatMap((topic) => [topic, deadTopic(topic)]);

/** What the log tells of a customer's orders. `waiting`: those that nobody has looked at yet. */
type Told = Readonly<{ ids: readonly string[]; waiting: ReadonlySet<string> }>;

export async function ordersInKafka(settings: Settings, email: string): Promise<Told> {
  const ids = new Set<string>();
  const waiting = new Set<string>();
  const wanted = email.toLowerCase();
  await readTopics(settings, [{ topic: placed, group: 'process' }], ({ key, value, waiting: waits }) => {
    if (String(objectOf(readJson(value)).email).toLowerCase() !== wanted) return;
    ids.add(key);
    if (waits) waiting.add(key);
  });
  return { ids: [...ids], waiting };
}

/**
 * Ids of the orders that are still to come to their end, by the log alone: those that have begun, and those whose record was
 * set aside and can be sent back. One that never began, and whose record nobody has any more, is none of them.
 */
export async function openInKafka(settings: Settings): Promise<ReadonlySet<string>> {
  const over = new Set<string>();
  const open = new Set<string>();
  await readTopics(settings, [{ topic: eventsTopic }], ({ value }) => {
    const { data } = eventSchema.safeParse(readJson(value));
    if (data) (isFinal(data.to) ? over : open).add(data.orderId);
  });
  const letters = await openRecords(settings, await spansOf(settings, [{ topic: deadTopic(placed) }]));
  for (const { key } of letters) open.add(String(key));
  for (const id of over) open.delete(id);
  return open;
}

/** A segment is removed when the newest of its records is old enough, and takes records for as long as it is open. */
function longestKept(config: ReadonlyMap<string, string>): number | undefined {
  const [kept, open] = ['retention.ms', 'segment.ms'].map((name) => Number(config.get(name)));
  if (kept === undefined || open === undefined || Number.isNaN(kept + open)) return undefined;
  const isCut = (config.get('cleanup.policy') ?? '').split(',').includes('delete');
  return isCut && kept >= 0 ? kept + open : undefined;
}

/** What the topics' own settings say now. */
export const retentionOf = (settings: Settings): Promise<Kept[]> =>
  withAdmin(connectKafka(settings, 'despacho-forget', 'answersSoon'), async (admin) => {
    const resources = holders.map((topic) => ({ type: topicResource, name: settings.namespace + topic }));
    const described = await admin.describeConfigs({ includeSynonyms: false, resources });
    return described.resources.map(({ resourceName: topic, configEntries }) => {
      const config = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
      return { topic, milliseconds: longestKept(config) };
    });
  });
