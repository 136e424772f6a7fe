import type { KafkaAccess } from '../../../infra/kafkajs/kafkaClient.ts';
import { Kafka, logLevel } from '../../../infra/kafkajs/kafkajs.ts';
import { loginOptions } from '../../../infra/kafkajs/kafkaLogin.ts';
import { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { type Behaviour, Scene } from './scene.ts';

/** What was seen, or how it could not be. */
export type Seen = Readonly<{ seen: unknown }> | Readonly<{ failed: string }>;

const common = {
  logLevel: logLevel.NOTHING,
  clientId: 'faithful',
  retry: { retries: 2, initialRetryTime: 30, maxRetryTime: 100 },
} as const;

async function see({ see }: Behaviour, scene: Scene): Promise<Seen> {
  try {
    await scene.open();
    return { seen: plain(await see(scene)) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await scene.close();
  }
}

/** Without what JSON has no words for. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

export async function seeReal(
  behaviour: Behaviour,
  { kafkaBrokers, access }: KafkaAccess,
  prefix: string,
): Promise<Seen> {
  const kafka = new Kafka({ ...common, ...loginOptions(access.kafka), brokers: [...kafkaBrokers] });
  return see(behaviour, new Scene(kafka, prefix));
}

export async function seeSimulated(behaviour: Behaviour, seed: number): Promise<Seen> {
  // Real time, where the day plays a part, is the same for both.
  const time = new VirtualTime(seed, Date.now());
  const simulated = new SimulatedKafka({ seed });
  const { addresses: brokers, socketFactory } = simulated;
  try {
    const scene = new Scene(new Kafka({ ...common, brokers, socketFactory }), 'simulated');
    return await time.during(see(behaviour, scene));
  } finally {
    simulated.close();
    time.uninstall();
  }
}

/** Works all of them off, so many at a time. */
export async function sharedOut<T, R>(all: readonly T[], atATime: number, work: (one: T, index: number) => Promise<R>) {
  const results = new Map<T, R>();
  const queue = all.entries();
  const worker = async () => {
    for (const [index, one] of queue) results.set(one, await work(one, index));
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}
