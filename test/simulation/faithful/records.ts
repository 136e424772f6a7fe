import type { Message } from 'kafkajs';
import type { RawRecord } from './raw.ts';
import { behaviour, failureOf, type Scene } from './scene.ts';

const gzip = 1;
const text = (bytes: Buffer | null) => (bytes === null ? null : bytes.toString('latin1'));

const plain = ({ offset, timestamp, key, value, headers, batchContext }: RawRecord) => ({
  offset,
  timestamp,
  type: batchContext.timestampType,
  key: text(key),
  value: text(value),
  headers: Object.entries(headers).map(([name, values]) => [name, [values].flat().map(text)]),
});

const seen = async (scene: Scene, topic: string, from = 0) => (await scene.fetch(topic, from)).messages.map(plain);

/** What is read of what is written, always with a time that is told. */
const written =
  (messages: readonly Message[], of: { compression?: number } = {}) =>
  async (scene: Scene) => {
    const topic = await scene.topic();
    const timed = messages.map((one, index) => ({ timestamp: String(now + index), ...one }));
    const baseOffset = await scene.send(topic, timed, of);
    return { baseOffset, records: await seen(scene, topic) };
  };

const now = Math.floor(Date.now() / 1000) * 1000;
const many = Array.from({ length: 300 }, (_, index) => ({ key: `k${index % 7}`, value: `value ${index}` }));

/** How records are refused, and what is there after. */
const refused = (config: Record<string, string>, messages: Message[]) => async (scene: Scene) => {
  const topic = await scene.topic(1, config);
  const failure = await failureOf(scene.send(topic, messages));
  return { failure, after: await scene.ends(topic) };
};

const raw = async (scene: Scene, topic: string, of: object, partition = 0) => {
  const { topics } = await (await scene.broker()).produce({
    topicData: [{ topic, partitions: [{ partition, messages: [{ value: 'v', timestamp: String(now) }] }] }],
    ...of,
  });
  return topics[0]?.partitions;
};

export const recordBehaviours = [
  behaviour('key and value come back', written([{ key: 'k', value: 'v' }])),
  behaviour('a record without key', written([{ value: 'v' }])),
  behaviour('an empty key and value are not none', written([{ key: '', value: '' }])),
  behaviour('a tombstone', written([{ key: 'k', value: null }])),
  behaviour('bytes that are no text', written([{ key: Buffer.from([0, 255, 128]), value: Buffer.from([254, 0, 1]) }])),
  behaviour('headers', written([{ value: 'v', headers: { one: 'a', two: Buffer.from([1, 2]) } }])),
  behaviour('a header that comes twice', written([{ value: 'v', headers: { one: ['a', 'b'], two: 'c' } }])),
  behaviour('an empty header', written([{ value: 'v', headers: { one: '', '': 'x' } }])),
  behaviour('letters of all kinds', written([{ key: 'ñ', value: '鍵 🔑', headers: { año: 'ü' } }])),
  behaviour('many records of one request', written(many)),
  behaviour(
    'records in times of any order',
    written([5, 1, 3].map((later) => ({ value: 'v', timestamp: String(now + later) }))),
  ),
  behaviour('compressed records', written(many, { compression: gzip })),
  ...['Snappy', 'LZ4', 'ZSTD'].map((name, index) =>
    behaviour(`records compressed by ${name}`, written(many, { compression: index + 2 })),
  ),
  ...['snappy', 'lz4', 'zstd', 'uncompressed'].map((type) =>
    behaviour(`a topic of the type ${type} gives what it was given`, async (scene) => {
      const topic = await scene.topic(1, { 'compression.type': type });
      await scene.send(topic, [{ value: 'x'.repeat(1000), timestamp: String(now) }], { compression: gzip });
      return seen(scene, topic);
    }),
  ),
  behaviour(
    'a compressed tombstone with headers',
    written([{ key: 'k', value: null, headers: { a: 'b' } }], { compression: gzip }),
  ),
  behaviour('a record from 1970', written([{ value: 'v', timestamp: '0' }])),
  behaviour('offsets go on where they were', async (scene) => {
    const topic = await scene.topic();
    const first = await scene.send(topic, many);
    return [first, await scene.send(topic, [{ value: 'a' }]), await scene.ends(topic)];
  }),
  behaviour('partitions have offsets of their own', async (scene) => {
    const topic = await scene.topic(2);
    await scene.send(topic, [{ value: 'a' }, { value: 'b' }], { partition: 1 });
    return scene.ends(topic);
  }),
  behaviour('keys find their partition', async (scene) => {
    const topic = await scene.topic(4);
    const producer = await scene.producer();
    await producer.send({ topic, messages: many });
    return scene.ends(topic);
  }),
  behaviour(
    'a record that is too large is refused',
    refused({ 'max.message.bytes': '500' }, [{ value: 'x'.repeat(600) }]),
  ),
  behaviour(
    'a batch that is too large is refused',
    refused(
      { 'max.message.bytes': '500' },
      Array.from({ length: 10 }, () => ({ value: 'x'.repeat(60) })),
    ),
  ),
  behaviour(
    'a record that is just small enough is taken',
    refused({ 'max.message.bytes': '500' }, [{ value: 'x'.repeat(500 - 61 - 9) }]),
  ),
  behaviour(
    'a record of the size that is just too large is refused',
    refused({ 'max.message.bytes': '500' }, [{ value: 'x'.repeat(500 - 61 - 6) }]),
  ),
  behaviour('a record of over a megabyte is refused', refused({}, [{ value: 'x'.repeat(1_100_000) }])),
  behaviour(
    'a time in the far future is refused',
    refused({}, [{ value: 'v', timestamp: String(Date.now() + 7_200_000) }]),
  ),
  behaviour(
    'a time too long ago is refused',
    refused({ 'message.timestamp.before.max.ms': '1000' }, [{ value: 'v', timestamp: String(now - 100_000) }]),
  ),
  behaviour(
    'a record without key is refused by a compacted topic',
    refused({ 'cleanup.policy': 'compact' }, [{ value: 'v' }]),
  ),
  behaviour('a topic of the time of writing puts its own on records', async (scene) => {
    const topic = await scene.topic(1, { 'message.timestamp.type': 'LogAppendTime' });
    await scene.send(topic, [
      { value: 'v', timestamp: '5' },
      { value: 'w', timestamp: '7' },
    ]);
    const records = await seen(scene, topic);
    return records.map(({ type, value, timestamp }) => [
      type,
      value,
      Math.abs(Number(timestamp) - Date.now()) < 60_000,
    ]);
  }),
  behaviour('a topic may compress by itself', async (scene) => {
    const topic = await scene.topic(1, { 'compression.type': 'gzip' });
    await scene.send(topic, [{ value: 'x'.repeat(1000), timestamp: String(now) }]);
    return seen(scene, topic);
  }),
  behaviour('without acknowledgement nothing is answered, and all is written', async (scene) => {
    const topic = await scene.topic();
    const producer = await scene.producer();
    const sent = await producer.send({ topic, acks: 0, messages: [{ value: 'v' }] });
    await scene.until(async () => (await scene.ends(topic))[0]?.[2] === '1');
    return [sent, await scene.ends(topic)];
  }),
  behaviour('acks 1 is answered', async (scene) => raw(scene, await scene.topic(), { acks: 1 })),
  behaviour('acks 5 is refused', async (scene) => failureOf(raw(scene, await scene.topic(), { acks: 5 }))),
  behaviour('an unknown topic cannot be written', (scene) => failureOf(raw(scene, scene.name(), {}))),
  behaviour('an unknown partition cannot be written', async (scene) =>
    failureOf(raw(scene, await scene.topic(), {}, 7)),
  ),
  behaviour('a producer of a topic that is not there fails', (scene) =>
    failureOf(scene.send(scene.name(), [{ value: 'v' }])),
  ),
];
