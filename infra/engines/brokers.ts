import { brokerList } from '../kafkajs/brokerList.ts';
import { up } from './up.ts';

/** Where Kafka is, for those who need nothing else; it is started where none runs. @throws EngineFault that says what to do */
export async function brokersUp(progress: (line: string) => void): Promise<string[]> {
  const ready = await up(['kafka'], { progress });
  return ready.flatMap(({ address }) => brokerList(address));
}
