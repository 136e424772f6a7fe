import type { Admin, Kafka } from 'kafkajs';
import { type KindName, kinds } from '../../functions/messages/message.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import type { Settings } from '../../functions/settings.ts';
import { connectKafka, withAdmin } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { refuseTopic } from './strangers.ts';

/** Partitions of each topic of messages, at least: as many batches can be under way at once. */
const partitions = 4;

type Place = Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>;

/** The lab's clients: a broker that was killed in mid-run is waited for. */
export const connectLabKafka = (place: Place): Kafka => connectKafka(place, 'despacho-lab', 'waits');

/** The name as Kafka has it, with the namespace in front. */
export const messagesTopic = (kind: KindName, { namespace }: Place): string => namespace + kinds[kind].topic;

/** The topic of a kind, and those that its functions write to, made where they are missing. */
export async function makeTopics(kind: KindName, place: Place): Promise<void> {
  const topic = messagesTopic(kind, place);
  const others = [documentsTopic, ...[kinds[kind].topic, documentsTopic].map(deadTopic)].map(
    (name) => place.namespace + name,
  );
  const wanted = [topic, ...others].map((name) => ({ topic: name, numPartitions: partitions }));
  await withAdmin(connectLabKafka(place), async (admin) => {
    const known = new Set(await admin.listTopics());
    const topics = wanted.filter((one) => !known.has(one.topic));
    if (topics.length > 0) await createServedTopics(admin, topics);
    if (!known.has(topic)) await mark(admin, topic, place);
  });
}

/** The group of nobody whose committed offset says that the lab made a topic: it goes with the topic, or after a week unused. */
const madeGroup = ({ namespace }: Place): string => `${namespace}lab-made`;

const mark = (admin: Admin, topic: string, place: Place): Promise<void> =>
  admin
    .setOffsets({ groupId: madeGroup(place), topic, partitions: [{ partition: 0, offset: '0' }] })
    .then(() => undefined);

/** Made by somebody else, or too long ago to tell, and with something in it. */
async function isStranger(admin: Admin, topic: string, place: Place): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  if (ends.every(({ low, high }) => low === high)) return false;
  const [made] = await admin.fetchOffsets({ groupId: madeGroup(place), topics: [topic] });
  return !made?.partitions.some(({ offset }) => Number(offset) >= 0);
}

/**
 * Not by deleting it: a broker forgets in its own time what groups have committed of a topic that is gone, by its name, and
 * so the mark of the one that was made anew, too.
 */
async function empty(admin: Admin, topic: string): Promise<void> {
  const ends = await admin.fetchTopicOffsets(topic);
  const behindAll = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await admin.deleteTopicRecords({ topic, partitions: behindAll });
  if (ends.length < partitions) await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
}

/**
 * Empties the topic of a kind: a run starts with nothing, so that its figures and its proof are its own.
 * @param spared only where the lab made it
 * @throws Mistake where it is to be spared
 */
export async function renewTopic(kind: KindName, place: Place, spared: boolean): Promise<void> {
  const topic = messagesTopic(kind, place);
  await withAdmin(connectLabKafka(place), async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return;
    if (spared && (await isStranger(admin, topic, place))) refuseTopic(topic);
    await empty(admin, topic);
    await mark(admin, topic, place);
  });
  await makeTopics(kind, place);
}
