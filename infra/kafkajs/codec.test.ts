/** What is written here kafkajs reads, and what kafkajs writes is read here as by kafkajs itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import response from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import produce from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { decodeFetch, type FetchResponse } from './fetch.ts';
import { encodeProduce, type ProduceArguments } from './produce.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 100, maxLength: 300 }));
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);
const record = fc.record(
  {
    key: fc.option(bytes),
    value: fc.option(bytes),
    timestamp: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }).map(String),
    // Names that every object has are the one thing that kafkajs does not read: see recordBatches.test.ts.
    headers: fc.dictionary(
      text.filter((name) => !(name in {})),
      fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 3 })),
      { maxKeys: 3 },
    ),
  },
  { requiredKeys: ['value'] },
);
const request: fc.Arbitrary<ProduceArguments> = fc.record({
  acks: fc.constant(-1),
  timeout: fc.constant(30_000),
  transactionalId: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  producerId: fc.bigInt({ min: 0n, max: 2n ** 40n }).map(String),
  producerEpoch: fc.nat(100),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1 }),
      partitions: fc.array(
        fc.record({
          partition: fc.nat(20),
          firstSequence: fc.nat(1000),
          messages: fc.array(record, { minLength: 1, maxLength: 140 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

/** A fetch response with the same record batches in it as the request has. */
function responseOf(body: Buffer, cut = 0): Buffer {
  const reader = new Decoder(body);
  reader.readString();
  reader.readInt16();
  reader.readInt32();
  const topics = reader.readArray((topic) => ({
    name: topic.readString(),
    partitions: topic.readArray((one) => ({ partition: one.readInt32(), batch: one.readBytes() })),
  }));
  const answer = new Encoder().writeInt32(7).writeInt16(0).writeInt32(0).writeInt32(topics.length);
  for (const { name, partitions } of topics) {
    answer.writeString(name).writeInt32(partitions.length);
    for (const { partition, batch } of partitions) {
      answer.writeInt32(partition).writeInt16(0).writeInt64(500).writeInt64(400).writeInt64(3);
      answer
        .writeInt32(1)
        .writeInt64(2 ** 41)
        .writeInt64(34)
        .writeInt32(-1);
      // A second batch, whole or cut off: brokers count bytes.
      answer.writeBytes(Buffer.concat([batch, batch.subarray(0, batch.length - cut)]));
    }
  }
  return answer.buffer;
}

const now = 1_700_000_000_000;

test('kafkajs reads what is written here as what it writes itself', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      // kafkajs takes the clock's time for records that bring none.
      const timed = withTimes(asked);
      const { encode } = produce(timed);
      const [own, usual] = [encodeProduce(timed, now), (await encode()).buffer];
      const read = async (body: Buffer) => plain(await response.decode(responseOf(body)));
      assert.deepEqual(await read(own), await read(usual));
    }),
    { numRuns: 60 },
  );
});

test('each record keeps its time, whatever their order, and one without a time gets the time of the sending', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const told = asked.topicData.flatMap(({ partitions }) => partitions.map(({ messages }) => messages));
      const { responses } = await response.decode(responseOf(encodeProduce(asked, now)));
      const read = responses.flatMap(({ partitions }) => partitions.map(({ messages }) => messages));
      for (const [index, messages] of told.entries()) {
        const times = messages.map(({ timestamp = String(now) }) => timestamp);
        const records = read[index] ?? [];
        assert.deepEqual(
          records.map(({ timestamp }) => timestamp),
          [...times, ...times],
        );
        assert.equal(records[0]?.batchContext.firstTimestamp, String(Math.min(...times.map(Number))));
        assert.equal(records[0]?.batchContext.maxTimestamp, String(Math.max(...times.map(Number))));
      }
    }),
    { numRuns: 60 },
  );
});

test('a response is read here as kafkajs reads it, whole or cut off', async () => {
  await fc.assert(
    fc.asyncProperty(request, fc.nat(80), async (asked, cut) => {
      const body = responseOf(encodeProduce(asked, now), cut);
      assert.deepEqual(plain(await decodeFetch(body)), plain(await response.decode(body)));
    }),
    { numRuns: 60 },
  );
});

test('what is compressed, in any of the four ways, is written and read as if it were not', async () => {
  await fc.assert(
    fc.asyncProperty(request, fc.integer({ min: 1, max: 4 }), async (asked, compression) => {
      const [small, usual] = [{ ...asked, compression }, asked].map((one) => responseOf(encodeProduce(one, now)));
      const expected = plain(await decodeFetch(usual as Buffer));
      assert.deepEqual(plain(await decodeFetch(small as Buffer)), expected, 'by us');
      assert.deepEqual(plain(await response.decode(small as Buffer)), expected, 'by kafkajs');
    }),
    { numRuns: 40 },
  );
});

test('a record that is kept does not keep what its answer has of other partitions', async () => {
  const messages = [{ value: Buffer.alloc(1000) }];
  const partitions = [0, 1, 2, 3].map((partition) => ({ partition, firstSequence: 0, messages }));
  const to = { acks: -1, timeout: 0, producerId: '1', producerEpoch: 0, topicData: [{ topic: 't', partitions }] };
  const [answer] = (await decodeFetch(responseOf(encodeProduce(to, now)))).responses;
  const buffers = new Set(answer?.partitions.map(({ messages: [first] }) => first?.value?.buffer));
  assert.equal(buffers.size, 4);
  for (const buffer of buffers) assert.ok((buffer?.byteLength ?? 0) < 2500, `${buffer?.byteLength} bytes`);
});

/** All records of a partition with a time of their own, in no order. */
function withTimes(asked: ProduceArguments): ProduceArguments {
  const topicData = asked.topicData.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((one) => ({
      ...one,
      messages: one.messages.map((message, index) => ({
        ...message,
        timestamp: String(now + ((index * 7) % 5) * 1000),
      })),
    })),
  }));
  return { ...asked, topicData };
}

/** What a reader says, but how: our records make what is asked for of few of them when it is. */
const plain = ({ responses, ...head }: FetchResponse): unknown =>
  JSON.parse(
    JSON.stringify({
      ...head,
      responses: responses.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ messages, ...partition }) => ({
          ...partition,
          abortedTransactions: undefined,
          undone: undefined,
          messages: messages.map((message) => {
            const { headers, offset, timestamp, attributes, magicByte } = message;
            const asked = { headers, offset, timestamp, attributes, magicByte };
            return { ...message, ...asked, headerList: undefined, at: undefined, time: undefined };
          }),
        })),
      })),
    }),
    // kafkajs counts from the first record's time, and not from the earliest.
    (key, value) => (key === 'firstTimestamp' ? undefined : value),
  );
