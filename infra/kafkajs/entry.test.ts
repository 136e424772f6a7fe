import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterMaker, tellingEntry } from './entry.ts';
import { Kafka, logLevel } from './kafkajs.ts';

type Cluster = { connect(): Promise<unknown> };

/** What a client says whose connection fails with these words. */
async function saidOf(words: string): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  reject(Object.assign(new Error(`Connection error: ${words}`), { name: 'KafkaJSConnectionError' }));
  const kafka = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
  const entering = { connect: () => promise, refreshMetadata: () => promise };
  const made = kafka as unknown as Record<symbol, () => Cluster>;
  made[clusterMaker(kafka)] = () => ({
    ...entering,
    refreshMetadataIfNecessary: () => promise,
    metadata: () => promise,
  });
  tellingEntry(kafka);
  const error = await made[clusterMaker(kafka)]?.()
    .connect()
    .catch((fault: Error) => fault);
  return error instanceof Error ? error.message : assert.fail();
}

test('a name that leads nowhere is no trouble with TLS, whatever the name is', async () => {
  const away = 'getaddrinfo ENOTFOUND kafka-tls.example';
  assert.equal(await saidOf(away), `Connection error: ${away}`);
  assert.match(await saidOf('self-signed certificate'), /^No TLS with Kafka, which KAFKA_CA/);
});
