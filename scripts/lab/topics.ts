import type { Kafka } from 'kafkajs';
import { type KindName, kinds } from '../../functions/messages/message.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { connectKafka, withAdmin } from '../../infra/kafkajs/kafkaClient.ts';
import { areThere, createServedTopics } from '../../infra/kafkajs/kafkajs.ts';

/** Partitions of each topic of messages: as many batches can be under way at once. */
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
  });
}

/** Empties the topic of a kind: a run starts with nothing, so that its figures and its proof are its own. */
export async function renewTopic(kind: KindName, place: Place): Promise<void> {
  const topic = messagesTopic(kind, place);
  await withAdmin(connectLabKafka(place), async (admin) => {
    if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic], timeout: 10_000 });
    for (;;) {
      try {
        await createServedTopics(admin, [{ topic, numPartitions: partitions }]);
        break;
      } catch (error) {
        // The broker deletes in its own time, and until then refuses a new topic of the name.
        if (!areThere(error)) throw error;
        await sleep(systemClock, 100);
      }
    }
  });
  await makeTopics(kind, place);
}
