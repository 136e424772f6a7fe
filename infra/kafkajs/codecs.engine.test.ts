/** Kafka's own Java code writes what we read, and reads what we write: the broker compresses as a topic says. */
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { type Admin, CompressionTypes } from 'kafkajs';
import { codecs } from './codecs.ts';
import { createServedTopics } from './kafkajs.ts';
import { testKafka } from './testKafka.fixture.ts';

const kafka = testKafka();
const admin: Admin = kafka.admin();
const run = Date.now().toString(36);
const names = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const satisfies Record<string, CompressionTypes>;
const messages = Array.from({ length: 300 }, (_, index) => ({
  partition: 0,
  key: `key ${index % 7}`,
  value: `${index} ${'ë'.repeat(index)}`,
  headers: { number: `${index}` },
}));

before(() => admin.connect());
after(() => admin.disconnect());

/** Writes all messages at once, and reads them by a consumer. */
async function through(topic: string, topicCompression: string, compression: CompressionTypes) {
  const configEntries = [{ name: 'compression.type', value: topicCompression }];
  await createServedTopics(admin, [{ topic, numPartitions: 1, configEntries }]);
  const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 })];
  await Promise.all([producer.connect(), consumer.connect()]);
  await producer.send({ topic, compression, messages });
  await producer.disconnect();
  const read: typeof messages = [];
  const all = Promise.withResolvers<void>();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers } }) => {
      read.push({
        partition,
        key: String(key),
        value: String(value),
        headers: { number: String(headers?.number) },
      });
      if (read.length === messages.length) all.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  await admin.deleteTopics({ topics: [topic] });
  return read;
}

for (const [name, number] of Object.entries(names)) {
  test(`what Kafka compresses by ${name} is read`, async () => {
    const decompress = mock.method(codecs[number] as (typeof codecs)[number], 'decompress');
    assert.deepEqual(await through(`by-broker-${name}-${run}`, name, CompressionTypes.None), messages);
    assert.ok(decompress.mock.callCount() > 0, 'it came compressed');
    decompress.mock.restore();
  });

  test(`Kafka reads what is compressed by ${name} here`, async () => {
    const compress = mock.method(codecs[number] as (typeof codecs)[number], 'compress');
    // The broker must read it, to store it as the topic says.
    assert.deepEqual(await through(`by-us-${name}-${run}`, 'uncompressed', number), messages);
    assert.ok(compress.mock.callCount() > 0, 'it went compressed');
    compress.mock.restore();
  });
}
