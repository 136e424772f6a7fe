import type { Scene } from './scene.ts';

const committed = 1;
export const uncommitted = 0;

/** A transactional producer, by hand. */
export async function transactional(scene: Scene, id = scene.name()) {
  await scene.broker();
  const coordinator = await retried(scene, () => scene.raw.findGroupCoordinator({ groupId: id, coordinatorType: 1 }));
  const { producerId, producerEpoch } = await retried(scene, () =>
    coordinator.initProducerId({ transactionalId: id, transactionTimeout: 30_000 }),
  );
  const named = { transactionalId: id, producerId, producerEpoch };
  const sequences = new Map<string, number>();
  return {
    named,
    coordinator,
    add: (topic: string, partition = 0) =>
      retried(scene, () => coordinator.addPartitionsToTxn({ ...named, topics: [{ topic, partitions: [partition] }] })),
    write: async (topic: string, ...values: string[]) => {
      const firstSequence = sequences.get(topic) ?? 0;
      sequences.set(topic, firstSequence + values.length);
      const partitions = [{ partition: 0, firstSequence, messages: values.map((value) => ({ value })) }];
      await (await scene.broker()).produce({ ...named, topicData: [{ topic, partitions }] });
    },
    end: (commit: boolean) => coordinator.endTxn({ ...named, transactionResult: commit }),
  };
}
export type Transactional = Awaited<ReturnType<typeof transactional>>;

/** A coordinator that is new, or at the markers of the transaction before, asks for patience. */
export async function retried<T>(scene: Pick<Scene, 'pause'>, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const { type, name } = error as { type?: string; name: string };
      if (
        tries > 100 ||
        ![
          'CONCURRENT_TRANSACTIONS',
          'GROUP_COORDINATOR_NOT_AVAILABLE',
          'GROUP_LOAD_IN_PROGRESS',
          'NOT_COORDINATOR_FOR_GROUP',
          // kafkajs, when its own few tries at a coordinator that is new are over.
          'KafkaJSGroupCoordinatorNotFound',
        ].includes(type ?? name)
      )
        throw error;
      await scene.pause(20);
    }
  }
}

/** What a fetch says; producers by the order in which they come. */
export async function fetched(scene: Scene, topic: string, from = 0, isolationLevel = committed) {
  const { messages, undone, highWatermark, lastStableOffset } = await scene.fetch(topic, from, {
    isolationLevel,
  });
  const ids = [
    ...new Set([
      ...messages.map((one) => (one.batchContext as unknown as { producerId: string }).producerId),
      ...undone.map((one) => one.producerId),
    ]),
  ];
  return {
    highWatermark,
    lastStableOffset,
    aborted: undone.map(({ producerId, firstOffset }) => [ids.indexOf(producerId), firstOffset]),
    records: messages.map(({ offset, value, key, batchContext }) => [
      offset,
      batchContext.isControlBatch ? key?.toString('hex') : value?.toString(),
      batchContext.inTransaction,
    ]),
  };
}

/** Until the markers are written: that comes after the answer. */
export const settled = (scene: Scene, topic: string, end: number) =>
  scene.until(
    async () => (await scene.fetch(topic, 0, { isolationLevel: committed })).lastStableOffset === String(end),
  );
