import type { Message } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import type { Trial } from '../system/trial.ts';

/** Puts records into a topic of the trial's namespace, whatever they hold. */
export async function createProducer({
  kafka,
  settings,
}: Trial): Promise<(topic: string, message: Message) => Promise<void>> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  return async (topic, message) => {
    await producer.connect();
    await producer.send({ topic: settings.namespace + topic, messages: [message] });
    await producer.disconnect();
  };
}
