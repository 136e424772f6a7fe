/** Elasticsearch out of Kafka, where others write there too. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { transitionDocument } from '../../functions/orders/transitionDocument.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { removeNamespace } from '../system/namespace.ts';
import { createTopics } from '../system/topics.ts';
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
