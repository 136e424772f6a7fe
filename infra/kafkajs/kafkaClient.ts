/** Where every Kafka client of the system is made, so that all reach Kafka in one way and wait for it in one of three. */
import type { Admin, ISocketFactory, KafkaConfig } from 'kafkajs';
import { tellingEntry } from './entry.ts';
import { Kafka, logLevel } from './kafkajs.ts';
import { type KafkaLogin, loginOptions } from './kafkaLogin.ts';

/** What has to be known of a Kafka to reach it. `socketFactory`: what the connections are made by, where not by `node:net`. */
export type KafkaAccess = Readonly<{
  kafkaBrokers: readonly string[];
  access: Readonly<{ kafka?: KafkaLogin }>;
  socketFactory?: ISocketFactory;
}>;

/** How long a client bears with a broker that is away. */
export const patience = {
  /** A broker that was killed is back after about 7 s: it is waited for, and the caller's own time-out bounds the wait. */
  waits: { retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 } },
  /** Somebody waits for the answer: it fails within some seconds. */
  answersSoon: { retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1000 } },
  /** The caller repeats it himself: whatever takes seconds has failed. */
  once: {
    connectionTimeout: 1000,
    requestTimeout: 3000,
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 300 },
  },
} as const satisfies Record<string, Partial<KafkaConfig>>;

/**
 * A client of its own connections. It prints nothing: what goes wrong for good is thrown, and told by the caller.
 * @param clientId names who it is, in the broker's log
 */
export const connectKafka = (
  { kafkaBrokers, access, socketFactory }: KafkaAccess,
  clientId: string,
  kind: keyof typeof patience,
): Kafka =>
  tellingEntry(
    new Kafka({
      ...patience[kind],
      ...loginOptions(access.kafka),
      ...(socketFactory && { socketFactory }),
      brokers: [...kafkaBrokers],
      clientId,
      logLevel: logLevel.NOTHING,
    }),
  );

/** Does `work` with an admin client that is closed afterwards. @throws what `work` throws, or when Kafka does not answer */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}
