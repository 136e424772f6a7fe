import { createServedTopics } from '../kafkajs/kafkajs.ts';
import { brokers, kafkaLogin, testKafka } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { planOf } from './config/mapping.ts';
import type { SchemaRegistryConfig } from './config/schemaRegistry.ts';
import { startDispatcher } from './dispatcher.ts';
import type { EventRecord, KafkaEvent } from './invoke/kafkaEvent.ts';
import type { MappingStats } from './stats.ts';

export type Letter = {
  requestContext: { condition: string; approximateInvokeCount: number };
  payload: KafkaEvent;
};

export type Scene = Readonly<{
  produce(topic: string): Promise<unknown>;
  /** What is written of it; the rest is JSON of the value, from this registry. */
  registry: Partial<SchemaRegistryConfig> & { SchemaRegistryURI: string };
  filterPatterns?: object[];
  /** Letters that are waited for. */
  count: number;
  /** Gets each warning. */
  warn?(line: string): void;
}>;

const kafka = testKafka();
const run = Date.now().toString(36);
let scenes = 0;

/** Delivers what is produced to a function that refuses all of it, so that each record becomes a letter. */
export async function letters({
  registry,
  ...scene
}: Scene): Promise<{ letters: Letter[]; stats: MappingStats | undefined }> {
  const topic = `schemas-${run}-${++scenes}`;
  const dead = `${topic}-dead`;
  const folder = ownFolder({ 'refuse.mjs': 'export const handler = () => { throw new Error("refused"); };' });
  const admin = kafka.admin();
  await admin.connect();
  await createServedTopics(
    admin,
    [topic, dead].map((name) => ({ topic: name, numPartitions: 1 })),
  );
  await scene.produce(topic);
  const { filterPatterns = [] } = scene;
  const event = {
    topic,
    bootstrapServers: brokers,
    batchSize: 1,
    filterPatterns,
    onFailureDestination: `kafka://${dead}`,
  };
  const schemaRegistryConfig = {
    EventRecordFormat: 'JSON',
    SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
    ...registry,
  };
  const custom = { dispatcher: { functions: { refuse: { schemaRegistryConfig, maximumRetryAttempts: 0 } } } };
  const functions = { refuse: { handler: 'refuse.handler', events: [{ kafka: event }] } };
  const log = { info: () => undefined, warn: scene.warn ?? (() => undefined), error: () => undefined };
  const dispatcher = await startDispatcher({ ...planOf({ functions, custom }, folder), access: kafkaLogin, log });
  const stats = () => dispatcher.stats().mappings[`refuse:${topic}`];
  try {
    return { letters: await read(dead, scene.count), stats: stats() };
  } finally {
    await dispatcher.drain(1000);
    await admin.deleteTopics({ topics: [topic, dead] });
    await admin.disconnect();
  }
}

async function read(topic: string, count: number): Promise<Letter[]> {
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
  const all = Promise.withResolvers<void>();
  const got: Letter[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (got.push(JSON.parse(String(message.value))) === count) all.resolve();
    },
  });
  await all.promise.finally(() => consumer.disconnect());
  return got;
}

export const recordOf = (letter: Letter | undefined): EventRecord => {
  const [record] = Object.values(letter?.payload.records ?? {}).flat();
  if (!record) throw new Error('the letter has no record');
  return record;
};

/** Key and value as texts, each with the format that its schema is said to have. */
export function seen(letter: Letter): (string | undefined)[] {
  const { key, value, keySchemaMetadata, valueSchemaMetadata } = recordOf(letter);
  return [textOf(key), keySchemaMetadata?.dataFormat, textOf(value), valueSchemaMetadata?.dataFormat];
}

const textOf = (base64: string | undefined) => base64 && Buffer.from(base64, 'base64').toString();
