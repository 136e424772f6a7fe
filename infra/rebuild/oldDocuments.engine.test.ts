/** How long Elasticsearch keeps what Kafka has for ever. */
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
import { removeNamespace } from '../system/namespace.ts';
import { rebuildElasticsearch } from './elasticsearch.ts';
import { removeOldDocuments } from './oldDocuments.ts';

const forEver = { ...readSettings(), namespace: `old-${randomUUID().slice(0, 6)}.`, keepDocuments: undefined };
const twoDays = { ...forEver, keepDocuments: 2 };
const client = connectElasticsearch(forEver);
const now = Date.now();
const day = 86_400_000;

before(() => createTopics(forEver));
after(async () => {
  await client.close();
  await removeNamespace(forEver);
});

async function countOf(): Promise<number> {
  const index = `${forEver.namespace}despacho-transitions`;
  await client.indices.refresh({ index });
  return (await client.count({ index })).count;
}

test('documents are removed when they are as old as is told, no other is, and a rebuild brings none of them back', async () => {
  const log = kafkaLog(forEver);
  const documents = [0, 1, 3, 400].map((days) => {
    const order = sampleOrder({ orderId: randomUUID() });
    const at = now - days * day;
    return transitionDocument(order, { version: 1, command: 'process', from: null, to: 'processing', at }, at);
  });
  await log.publish(documents.map((one) => ({ topic: documentsTopic, key: one.id, value: JSON.stringify(one) })));
  await log.close();
  await rebuildElasticsearch(forEver);
  assert.equal(await removeOldDocuments(client, forEver, now), 0);
  assert.equal(await countOf(), 4);
  assert.equal(await removeOldDocuments(client, twoDays, now), 2);
  assert.equal(await countOf(), 2);
  await rebuildElasticsearch(twoDays);
  assert.equal(await countOf(), 2);
  await rebuildElasticsearch(forEver);
  assert.equal(await countOf(), 4, 'Kafka has them all');
});
