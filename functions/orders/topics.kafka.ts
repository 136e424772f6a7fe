import type { Admin, ConfigResourceTypes } from 'kafkajs';
import { connectKafka, withAdmin } from '../../infra/kafkajs/kafkaClient.ts';
import { areThere, createServedTopics, servedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { deadTopic } from '../runtime/deadLetter.ts';
import type { Settings } from '../settings.ts';
import { topics } from './topics.ts';

/** Kafka's number for a setting that the topic itself has, and not its broker. */
const ofTheTopic = 1;
/** `ConfigResourceTypes.TOPIC` of kafkajs, of which only types are imported here. */
export const topicResource: ConfigResourceTypes = 2;

const connectTo = (settings: Settings) => connectKafka(settings, 'despacho-topics', 'answersSoon');

async function missingOf(admin: Admin, { namespace }: Settings): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  return topics.map((topic) => namespace + topic).filter((topic) => !there.has(topic));
}

/** @returns the topics of the order pipeline that Kafka does not have */
export const missingTopics = (settings: Settings): Promise<string[]> =>
  withAdmin(connectTo(settings), (admin) => missingOf(admin, settings));

/**
 * Kafka is the only truth: what everything else is rebuilt from is kept for ever. A dead letter is its record with some
 * kB of headers, and finds room also where the record was as large as a topic takes.
 */
function settingsOf(topic: string): Record<string, string> {
  const kept = { 'retention.ms': '-1', 'retention.bytes': '-1' };
  return topic.endsWith(deadTopic('')) ? { ...kept, 'max.message.bytes': '2097152' } : kept;
}

const entriesOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).map(([name, value]) => ({ name, value }));

/** Gives topics that are there the settings that they need, and leaves them the others that they have. */
async function settle(admin: Admin, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: topicResource, name })),
  });
  const changed = resources.flatMap(({ resourceName: name, configEntries }) => {
    const has = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    const wanted = settingsOf(name);
    if (Object.entries(wanted).every(([key, value]) => has.get(key) === value)) return [];
    const own = configEntries.filter(({ configSource }) => configSource === ofTheTopic);
    const before = Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
    return [{ type: topicResource, name, configEntries: entriesOf({ ...before, ...wanted }) }];
  });
  if (changed.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changed });
}

/**
 * Makes the topics that are missing, waits until they can be written, and sees to the settings of the others.
 * @returns how many were made
 */
export const createTopics = (settings: Settings): Promise<number> =>
  withAdmin(connectTo(settings), async (admin) => {
    const missing = await missingOf(admin, settings);
    const old = topics.map((topic) => settings.namespace + topic).filter((name) => !missing.includes(name));
    await settle(admin, old);
    if (missing.length === 0) return 0;
    const wanted = missing.map((topic) => ({
      topic,
      numPartitions: settings.partitions,
      replicationFactor: settings.replication,
      configEntries: entriesOf(settingsOf(topic)),
    }));
    try {
      await createServedTopics(admin, wanted);
    } catch (error) {
      if (!areThere(error)) throw error;
      await servedTopics(admin, missing);
    }
    return missing.length;
  });
