import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { removeNamespace } from '../system/namespace.ts';
import { underWay } from './underWay.kafka.ts';

test('letters that nobody sends are not waited for', async (context) => {
  const settings = { ...readSettings(), namespace: `way-${randomUUID().slice(0, 6)}.` };
  context.after(() => removeNamespace(settings));
  await createTopics(settings);
  const log = kafkaLog(settings);
  await log.publish([{ topic: eventsTopic, key: 'an-order', value: '{}' }]);
  await log.close();
  const told = (email: boolean) => underWay({ ...settings, email }, 0);
  assert.deepEqual(await told(true), ['1 records are on their way as letters to the inbox; start the system']);
  assert.deepEqual(await told(false), []);
});
