/** How a Kafka that is started here is entered: it knows one user, whose password is kept as those of the other engines are. */
import type { KafkaLogin } from '../kafkajs/kafkaLogin.ts';

/** The only user there is. */
export const kafkaUser = 'despacho';

/** It listens on this machine alone, in the clear. @param password as it is kept */
export const ownKafkaLogin = (password: string): KafkaLogin => ({
  sasl: { mechanism: 'plain', username: kafkaUser, password },
});

/** The same in the variables by which the system is told of any Kafka. */
export const ownKafkaTells = (password: string): Record<string, string> => ({
  KAFKA_USER: kafkaUser,
  KAFKA_PASSWORD: password,
  KAFKA_SASL: 'plain',
  KAFKA_TLS: 'false',
});
