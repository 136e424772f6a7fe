import type { RawBroker } from './raw.ts';
import { behaviour, failureOf, type Scene } from './scene.ts';
import { fetched, retried, settled, type Transactional, transactional, uncommitted } from './transactional.ts';

async function one(scene: Scene, commit: boolean) {
  const topic = await scene.topic();
  const producer = await transactional(scene);
  await producer.add(topic);
  await producer.write(topic, 'a', 'b');
  await producer.end(commit);
  await settled(scene, topic, 3);
  return topic;
}

/** Two transactions that are open at a time, ended as told in the order told. */
const interleaved =
  (...ends: (readonly [which: 0 | 1, commit: boolean])[]) =>
  async (scene: Scene) => {
    const topic = await scene.topic();
    const pair = [await transactional(scene), await transactional(scene)] as const;
    for (const producer of pair) await producer.add(topic);
    await pair[0].write(topic, 'a0');
    await pair[1].write(topic, 'b0', 'b1');
    await pair[0].write(topic, 'a1');
    for (const [which, commit] of ends) {
      await pair[which].end(commit);
      const markers = ends.findIndex((end) => end[0] === which);
      await scene.until(async () => (await scene.fetch(topic, 0)).highWatermark === String(5 + markers));
    }
    return [await fetched(scene, topic), await fetched(scene, topic, 2), await fetched(scene, topic, 0, uncommitted)];
  };

const refusal =
  (work: (producer: Transactional, scene: Scene, broker: RawBroker) => Promise<unknown>) => async (scene: Scene) =>
    failureOf(work(await transactional(scene), scene, await scene.broker()));

export const transactionBehaviours = [
  behaviour('a committed transaction ends with a marker', async (scene) => fetched(scene, await one(scene, true))),
  behaviour('an aborted transaction is told with its first offset', async (scene) =>
    fetched(scene, await one(scene, false)),
  ),
  behaviour('an aborted transaction is not told to who reads everything', async (scene) =>
    fetched(scene, await one(scene, false), 0, uncommitted),
  ),
  behaviour('from its marker on an aborted transaction is still told', async (scene) =>
    fetched(scene, await one(scene, false), 2),
  ),
  behaviour('after its marker an aborted transaction is not told', async (scene) =>
    fetched(scene, await one(scene, false), 3),
  ),
  behaviour('an open transaction is not read by who wants what is committed', async (scene) => {
    const topic = await scene.topic();
    const producer = await transactional(scene);
    await scene.send(topic, [{ value: 'before' }]);
    await producer.add(topic);
    await producer.write(topic, 'a');
    await scene.send(topic, [{ value: 'after' }]);
    const open = [await fetched(scene, topic), await fetched(scene, topic, 0, uncommitted)];
    await producer.end(true);
    await settled(scene, topic, 4);
    return [open, await fetched(scene, topic)];
  }),
  behaviour('two transactions that interleave, both committed', interleaved([0, true], [1, true])),
  behaviour('two transactions that interleave, the first one aborted', interleaved([0, false], [1, true])),
  behaviour('two transactions that interleave, the second one aborted', interleaved([0, true], [1, false])),
  behaviour('two transactions that interleave, both aborted', interleaved([0, false], [1, false])),
  behaviour('two transactions that interleave, both aborted, the later one first', interleaved([1, false], [0, false])),
  behaviour('a consumer gets what is committed', async (scene) => {
    const topic = await one(scene, false);
    const producer = await transactional(scene);
    await producer.add(topic);
    await producer.write(topic, 'c');
    await producer.end(true);
    return scene.consume(topic, 1);
  }),
  behaviour('a consumer that wants everything gets everything', async (scene) =>
    scene.consume(await one(scene, false), 2, { readUncommitted: true }),
  ),
  behaviour('a transaction of kafkajs', async (scene) => {
    const topic = await scene.topic();
    const producer = await scene.producer({ transactionalId: scene.name(), maxInFlightRequests: 1, idempotent: true });
    for (const [at, commit] of [true, false, true].entries()) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: String(commit) }] });
      await (commit ? transaction.commit() : transaction.abort());
      // A coordinator at the marker takes no next transaction, and kafkajs is soon out of patience.
      await settled(scene, topic, 2 * (at + 1));
    }
    return fetched(scene, topic);
  }),
  behaviour(
    'a partition that is not in the transaction cannot be written',
    refusal(async (producer, scene) => producer.write(await scene.topic(), 'a')),
  ),
  behaviour(
    'an unknown partition cannot be in a transaction',
    refusal((producer, scene) => producer.add(scene.name())),
  ),
  behaviour(
    'a transaction that has not begun cannot be committed',
    refusal((producer) => producer.end(true)),
  ),
  behaviour(
    'a transaction that has not begun cannot be aborted',
    refusal((producer) => producer.end(false)),
  ),
  behaviour(
    'a transaction may be committed twice',
    refusal(async (producer, scene) => {
      const topic = await scene.topic();
      await producer.add(topic);
      await producer.write(topic, 'a');
      await producer.end(true);
      await settled(scene, topic, 2);
      return retried(scene, () => producer.end(true));
    }),
  ),
  behaviour(
    'a committed transaction cannot be aborted',
    refusal(async (producer, scene) => {
      const topic = await scene.topic();
      await producer.add(topic);
      await producer.write(topic, 'a');
      await producer.end(true);
      await settled(scene, topic, 2);
      return retried(scene, () => producer.end(false));
    }),
  ),
  behaviour('another producer of the same id fences the one before', async (scene) => {
    const id = scene.name();
    const [topic, first] = [await scene.topic(), await transactional(scene, id)];
    const second = await transactional(scene, id);
    return [
      second.named.producerId === first.named.producerId,
      second.named.producerEpoch - first.named.producerEpoch,
      await failureOf(first.add(topic)),
      await failureOf(first.end(true)),
      await failureOf(second.add(topic)),
    ];
  }),
  behaviour('another producer of the same id aborts what is open', async (scene) => {
    const id = scene.name();
    const [topic, first] = [await scene.topic(), await transactional(scene, id)];
    await first.add(topic);
    await first.write(topic, 'a');
    await transactional(scene, id);
    await settled(scene, topic, 2);
    return fetched(scene, topic);
  }),
  behaviour('an unknown producer id is refused', async (scene) => {
    const { coordinator, named } = await transactional(scene);
    const topic = await scene.topic();
    return failureOf(
      coordinator.addPartitionsToTxn({ ...named, producerId: '123456789', topics: [{ topic, partitions: [0] }] }),
    );
  }),
  behaviour('too long a transaction is refused', async (scene) => {
    const { coordinator } = await transactional(scene);
    return failureOf(coordinator.initProducerId({ transactionalId: scene.name(), transactionTimeout: 100_000_000 }));
  }),
  behaviour('offsets are committed with their transaction', async (scene) => {
    const [topic, group] = [await scene.topic(), scene.name()];
    const producer = await scene.producer({ transactionalId: scene.name(), maxInFlightRequests: 1, idempotent: true });
    const offsets = async () => (await scene.admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions;
    const all: unknown[] = [await offsets()];
    for (const commit of [false, true]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: 'v' }] });
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }],
      });
      all.push(await offsets());
      await (commit ? transaction.commit() : transaction.abort());
      if (commit) await scene.until(async () => (await offsets())?.[0]?.offset === '1');
      all.push(await offsets());
    }
    return all;
  }),
];
