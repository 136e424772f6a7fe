import { behaviour, failureOf, type Scene } from './scene.ts';

const values = (count: number, size = 1) =>
  Array.from({ length: count }, (_, index) => ({
    value: `${index}`.padEnd(size, '.'),
    timestamp: String(1_000_000 + index * 1000),
  }));

/** A topic with ten records, each of its own batch. */
async function tenBatches(scene: Scene): Promise<string> {
  const topic = await scene.topic();
  const producer = await scene.producer();
  for (const message of values(10)) await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
  return topic;
}

async function oneBatch(scene: Scene, compression = 0): Promise<string> {
  const topic = await scene.topic();
  await scene.send(topic, values(10), { compression });
  return topic;
}

const offsets = async (scene: Scene, topic: string, from: number, of: Readonly<Record<string, unknown>> = {}) => {
  const { messages, highWatermark, lastStartOffset, errorCode } = await scene.fetch(topic, from, of);
  return { offsets: messages.map(({ offset }) => offset), highWatermark, lastStartOffset, errorCode };
};

const listed = async (scene: Scene, topic: string, timestamp: number, of: object = {}) => {
  const { responses } = await (await scene.broker()).listOffsets({
    topics: [{ topic, partitions: [{ partition: 0, timestamp }] }],
    ...of,
  });
  return responses[0]?.partitions;
};

const remove = (scene: Scene, topic: string, offset: string, partition = 0) =>
  scene.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });

const byTime = (timestamp: number) => async (scene: Scene) =>
  scene.admin.fetchTopicOffsetsByTimestamp(await tenBatches(scene), timestamp);

export const readingBehaviours = [
  behaviour('a fetch from an offset begins there', async (scene) => offsets(scene, await tenBatches(scene), 4)),
  behaviour('a fetch from the middle of a batch gives all of it', async (scene) =>
    offsets(scene, await oneBatch(scene), 4),
  ),
  behaviour('a fetch from the middle of a compressed batch gives all of it', async (scene) =>
    offsets(scene, await oneBatch(scene, 1), 4),
  ),
  behaviour('a fetch from the end gives nothing', async (scene) => offsets(scene, await tenBatches(scene), 10)),
  behaviour('a fetch from after the end is out of range', async (scene) =>
    failureOf(offsets(scene, await tenBatches(scene), 11)),
  ),
  behaviour('a fetch from before the start is out of range', async (scene) => {
    const topic = await tenBatches(scene);
    await remove(scene, topic, '5');
    return [await failureOf(offsets(scene, topic, 4)), await offsets(scene, topic, 5)];
  }),
  behaviour('a fetch of an unknown topic fails', (scene) => failureOf(offsets(scene, scene.name(), 0))),
  behaviour('a fetch of an unknown partition fails', async (scene) =>
    failureOf(offsets(scene, await scene.topic(), 0, { partition: 5 })),
  ),
  behaviour('a fetch gives one batch at least, however large', async (scene) => {
    const topic = await scene.topic();
    await scene.send(topic, values(3, 1000));
    const partitions = [{ partition: 0, fetchOffset: '0', maxBytes: 10 }];
    const { responses } = await (await scene.broker()).fetch({
      maxWaitTime: 20,
      maxBytes: 10,
      topics: [{ topic, partitions }],
    });
    return responses[0]?.partitions[0]?.messages.map(({ offset }) => offset);
  }),
  behaviour('a fetch cuts a batch off where the bytes end', async (scene) => {
    const topic = await scene.topic();
    const producer = await scene.producer();
    for (const message of values(5, 100)) await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
    const seen: unknown[] = [];
    for (const maxBytes of [100, 200, 400, 700, 2000]) {
      const partitions = [{ partition: 0, fetchOffset: '0', maxBytes }];
      const { responses } = await (await scene.broker()).fetch({ maxWaitTime: 20, topics: [{ topic, partitions }] });
      seen.push(responses[0]?.partitions[0]?.messages.map(({ offset }) => offset));
    }
    return seen;
  }),
  behaviour('an empty fetch waits as long as it is told', async (scene) => {
    const topic = await scene.topic();
    const since = Date.now();
    await scene.fetch(topic, 0, { maxWaitTime: 400 });
    return Date.now() - since >= 390;
  }),
  behaviour('a fetch that waits ends when there is something', async (scene) => {
    const topic = await scene.topic();
    const since = Date.now();
    const fetching = offsets(scene, topic, 0, { maxWaitTime: 20_000 });
    await scene.pause(100);
    await scene.send(topic, [{ value: 'v' }]);
    return [await fetching, Date.now() - since < 10_000];
  }),
  behaviour('a fetch waits for enough bytes', async (scene) => {
    const topic = await tenBatches(scene);
    const since = Date.now();
    const seen = await offsets(scene, topic, 8, { maxWaitTime: 300, minBytes: 1_000_000 });
    return [seen, Date.now() - since >= 290];
  }),
  behaviour('a fetch of two partitions', async (scene) => {
    const topic = await scene.topic(2);
    await scene.send(topic, values(2), { partition: 1 });
    const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1000 }));
    const { responses } = await (await scene.broker()).fetch({ maxWaitTime: 20, topics: [{ topic, partitions }] });
    return responses
      .flatMap((one) => one.partitions.map(({ partition, messages }) => [partition, messages.length]))
      .sort();
  }),
  behaviour('the first and the last offset are listed', async (scene) => {
    const topic = await tenBatches(scene);
    return [await listed(scene, topic, -2), await listed(scene, topic, -1)];
  }),
  behaviour('the offset of a time is listed with its time', async (scene) =>
    listed(scene, await tenBatches(scene), 1_003_500),
  ),
  behaviour('the offset of a time within a batch is listed', async (scene) =>
    listed(scene, await oneBatch(scene), 1_003_500),
  ),
  behaviour('the offset of a time within a compressed batch is listed', async (scene) =>
    listed(scene, await oneBatch(scene, 1), 1_003_500),
  ),
  behaviour('of a time after all records none is listed', async (scene) =>
    listed(scene, await tenBatches(scene), 9_000_000),
  ),
  behaviour('of a time before all records the first is listed', async (scene) =>
    listed(scene, await tenBatches(scene), 5),
  ),
  behaviour('of a time the admin lists the offset', byTime(1_004_000)),
  behaviour('of a time between two the admin lists the later', byTime(1_004_001)),
  behaviour('of a time after all the admin lists the end', byTime(9_000_000)),
  behaviour('offsets of an unknown topic cannot be listed', (scene) => failureOf(listed(scene, scene.name(), -1))),
  behaviour('the admin lists no offsets of an unknown topic', (scene) =>
    failureOf(scene.admin.fetchTopicOffsets(scene.name())),
  ),
  behaviour('records are deleted up to an offset', async (scene) => {
    const topic = await tenBatches(scene);
    await remove(scene, topic, '5');
    return [await scene.ends(topic), await listed(scene, topic, 5)];
  }),
  behaviour('all records are deleted', async (scene) => {
    const topic = await tenBatches(scene);
    await remove(scene, topic, '-1');
    return scene.ends(topic);
  }),
  behaviour('records are deleted in the middle of a batch', async (scene) => {
    const topic = await oneBatch(scene);
    await remove(scene, topic, '5');
    return [await scene.ends(topic), await offsets(scene, topic, 5), await failureOf(offsets(scene, topic, 3))];
  }),
  behaviour('what is deleted already is not deleted again', async (scene) => {
    const topic = await tenBatches(scene);
    await remove(scene, topic, '5');
    return [await failureOf(remove(scene, topic, '3')), await scene.ends(topic)];
  }),
  behaviour('what is not there yet cannot be deleted', async (scene) =>
    failureOf(remove(scene, await tenBatches(scene), '11')),
  ),
  behaviour('records of an unknown topic cannot be deleted', (scene) => failureOf(remove(scene, scene.name(), '1'))),
  behaviour('records of a compacted topic cannot be deleted', async (scene) => {
    const topic = await scene.topic(1, { 'cleanup.policy': 'compact' });
    await scene.send(topic, [{ key: 'k', value: 'v' }]);
    return failureOf(remove(scene, topic, '1'));
  }),
  behaviour('a consumer reads from the beginning', async (scene) => scene.consume(await tenBatches(scene), 10)),
  behaviour('a consumer reads what is compressed', async (scene) => scene.consume(await oneBatch(scene, 1), 10)),
  behaviour('a consumer goes on where records are deleted', async (scene) => {
    const topic = await tenBatches(scene);
    await remove(scene, topic, '7');
    return scene.consume(topic, 3);
  }),
];
