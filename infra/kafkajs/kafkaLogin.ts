import type { ConnectionOptions } from 'node:tls';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How a cluster is entered. Without `tls` the connection is in the clear; without `sasl` nobody logs in. */
export type KafkaLogin = Readonly<{ tls?: ConnectionOptions; sasl?: SASLOptions }>;

/** The same in kafkajs' words. */
export const loginOptions = ({ tls, sasl }: KafkaLogin = {}): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls && { ssl: tls }),
  ...(sasl && { sasl }),
});
