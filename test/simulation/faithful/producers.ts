import { behaviour, failureOf, type Scene } from './scene.ts';

type Sent = Readonly<{ sequence: number; count?: number; epoch?: number; id?: string }>;

/** A producer that counts its records, by hand. */
async function idempotent(scene: Scene) {
  const topic = await scene.topic();
  const broker = await scene.broker();
  const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 30_000 });
  const send = async ({ sequence, count = 2, epoch = producerEpoch, id = producerId }: Sent) => {
    const messages = Array.from({ length: count }, (_, index) => ({ value: `${sequence + index}` }));
    const partitions = [{ partition: 0, firstSequence: sequence, messages }];
    const { topics } = await broker.produce({
      producerId: id,
      producerEpoch: epoch,
      topicData: [{ topic, partitions }],
    });
    return topics[0]?.partitions[0]?.baseOffset;
  };
  const end = async () => scene.ends(topic);
  return { send, end, epoch: producerEpoch };
}

const sends =
  (...all: Sent[]) =>
  async (scene: Scene) => {
    const producer = await idempotent(scene);
    const answers: unknown[] = [];
    for (const one of all) answers.push(await producer.send(one).catch((error) => failureOf(Promise.reject(error))));
    return { answers, end: await producer.end(), epoch: producer.epoch };
  };

export const producerBehaviours = [
  behaviour('batches in turn are written', sends({ sequence: 0 }, { sequence: 2 }, { sequence: 4 })),
  behaviour('a batch that came before is not written again', sends({ sequence: 0 }, { sequence: 0 }, { sequence: 2 })),
  behaviour('an older batch is known, too', sends({ sequence: 0 }, { sequence: 2 }, { sequence: 0 }, { sequence: 2 })),
  behaviour('the fifth last batch is known', sends(...[0, 2, 4, 6, 8, 0].map((sequence) => ({ sequence })))),
  behaviour(
    'the sixth last batch is not known any more',
    sends(...[0, 2, 4, 6, 8, 10, 0].map((sequence) => ({ sequence }))),
  ),
  behaviour('a gap in the sequence is refused', sends({ sequence: 0 }, { sequence: 5 }, { sequence: 2 })),
  behaviour(
    'a part of a batch that came before is refused',
    sends({ sequence: 0, count: 3 }, { sequence: 1, count: 2 }),
  ),
  behaviour('a producer that the partition does not know may begin anywhere', sends({ sequence: 7 }, { sequence: 9 })),
  behaviour('a new epoch begins at 0', sends({ sequence: 0 }, { sequence: 0, epoch: 1 }, { sequence: 2, epoch: 1 })),
  behaviour('a new epoch does not begin in the middle', sends({ sequence: 0 }, { sequence: 3, epoch: 1 })),
  behaviour('an old epoch is refused', sends({ sequence: 0, epoch: 1 }, { sequence: 2, epoch: 0 })),
  behaviour(
    'sequences of producers are apart',
    sends({ sequence: 0 }, { sequence: 0, id: '987654321' }, { sequence: 2 }),
  ),
  behaviour('an idempotent producer of kafkajs writes each record once', async (scene) => {
    const topic = await scene.topic();
    const producer = await scene.producer({ idempotent: true });
    for (const value of ['a', 'b', 'c']) await producer.send({ topic, messages: [{ value }] });
    return scene.consume(topic, 3);
  }),
  behaviour('producers get ids of their own', async (scene) => {
    const broker = await scene.broker();
    const [one, other] = [
      await broker.initProducerId({ transactionTimeout: 1000 }),
      await broker.initProducerId({ transactionTimeout: 1000 }),
    ];
    return [one.producerId !== other.producerId, one.producerEpoch, other.producerEpoch];
  }),
];
