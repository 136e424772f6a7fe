/** The tests' Kafka, found as every tool here finds it: the one of this folder, unless KAFKA_BROKERS names another. */
import type { Kafka } from 'kafkajs';
import { readSettings } from '../../functions/settings.ts';
import { entryOf } from '../dispatcher/config/entry.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { connectKafka, type KafkaAccess } from './kafkaClient.ts';
import type { KafkaLogin } from './kafkaLogin.ts';

const { kafkaBrokers, access } = readSettings();

export const place: KafkaAccess = { kafkaBrokers, access };

/** As host:port. */
export const brokers = [...kafkaBrokers];

/** For a dispatcher in the test's own process. */
export const kafkaLogin: KafkaLogin = access.kafka ?? {};

/** A client of its own connections. */
export const testKafka = (): Kafka => connectKafka(place, 'despacho-test', 'waits');

/** For a dispatcher in a process of its own: what `custom.dispatcher` says of the login. */
export const testEntry = () => entryOf(kafkaLogin, ownFolder());

/** For a client on librdkafka. */
export function librdkafka(): Record<string, string> {
  const { sasl, tls } = kafkaLogin;
  const known = { 'bootstrap.servers': brokers.join() };
  if (!sasl || !('password' in sasl)) return known;
  return {
    ...known,
    'security.protocol': tls ? 'SASL_SSL' : 'SASL_PLAINTEXT',
    'sasl.mechanism': sasl.mechanism.toUpperCase(),
    'sasl.username': sasl.username,
    'sasl.password': sasl.password,
  };
}
