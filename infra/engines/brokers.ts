import { ownEngines } from '../access/ownEngines.ts';
import { brokerList } from '../kafkajs/brokerList.ts';
import type { KafkaAccess } from '../kafkajs/kafkaClient.ts';
import { up } from './up.ts';

/**
 * Where Kafka is and how it is entered, for those who need nothing else; it is started where none runs.
 * @param given host:port of brokers to use instead, entered by the variables of a Kafka of one's own
 * @throws EngineFault that says what to do
 */
export async function kafkaUp(progress: (line: string) => void, given?: readonly string[]): Promise<KafkaAccess> {
  const [ready] = given ? [] : await up(['kafka'], { progress });
  const tells = given ? { KAFKA_BROKERS: given.join() } : ready?.tells;
  const { addresses, access } = ownEngines({ ...process.env, ...tells });
  return { kafkaBrokers: brokerList(addresses.KAFKA_BROKERS ?? ''), access };
}
