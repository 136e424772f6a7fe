/** Elasticsearch out of Kafka, where others write there too. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { transitionDocument } from '../../functions/orders/transitionDocument.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { noteForgotten } from '../forget/forgotten.kafka.ts';
import { removeNamespace } from '../system/namespace.ts';
import { rebuildElasticsearch } from './elasticsearch.ts';

const settings = { ...readSettings(), namespace: `rebuild-${randomUUID().slice(0, 6)}.` };

before(() => createTopics(settings));
after(() => removeNamespace(settings));

test('a rebuild passes over records of others, names their place, and restores the rest', async () => {
  const order = sampleOrder({ orderId: randomUUID() });
  const step = { version: 1, command: 'process', from: null, to: 'processing', at: order.placedAt } as const;
  const document = transitionDocument(order, step, order.placedAt);
  const log = kafkaLog(settings);
  await log.publish([
    { topic: documentsTopic, key: 'stranger', value: 'xxx' },
    { topic: documentsTopic, key: document.id, value: JSON.stringify(document) },
  ]);
  await log.close();
  const { documents, faults, passedOver } = await rebuildElasticsearch(settings);
  assert.deepEqual({ documents, faults }, { documents: 1, faults: [] });
  assert.match(passedOver.join(), /^metrics\.documents-\d@0 is not what its topic holds$/);
});

test('what a document says of a customer who was forgotten is not brought back', async () => {
  const orders = ['Mate de Ana', 'Lamp'].map((product) => sampleOrder({ orderId: randomUUID(), product }));
  const step = { version: 1, command: 'process', from: null, to: 'processing', at: Date.now() } as const;
  const log = kafkaLog(settings);
  const documents = orders.map((order) => transitionDocument(order, step, order.placedAt));
  await log.publish(
    documents.map((document) => ({ topic: documentsTopic, key: document.id, value: JSON.stringify(document) })),
  );
  await log.close();
  await noteForgotten(
    settings,
    orders.slice(0, 1).map(({ orderId }) => orderId),
  );
  await rebuildElasticsearch(settings);
  const client = connectElasticsearch(settings);
  after(() => client.close());
  const index = `${settings.namespace}despacho-transitions`;
  await client.indices.refresh({ index });
  const found = async (product: string) => (await client.count({ index, q: `"${product}"` })).count;
  assert.deepEqual([await found('Mate de Ana'), await found('Lamp')], [0, 1]);
});
