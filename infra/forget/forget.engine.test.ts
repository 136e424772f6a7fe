import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topicResource } from '../../functions/orders/topics.kafka.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { openTrial } from '../../test/system/trial.ts';
import { openDeadLetters } from '../deadLetters/redrive.ts';
import { forget } from './forget.ts';

const email = 'ana.gone@example.com';

test('a customer is forgotten by Redis, inbox and Elasticsearch, others are not, and the audit stays clean', async (context) => {
  const trial = await openTrial();
  context.after(() => trial.close());
  const { settings, customer } = trial;
  const client = connectElasticsearch(settings);
  context.after(() => client.close());
  await trial.start();
  const { orderId } = await customer.order({ details: { email, product: 'Mate de Ana' } });
  const { orderId: other } = await customer.order({ details: { email: 'banana.gone@example.com' } });
  await customer.followAll([orderId, other]);
  await trial.auditWhen(({ finished, documents }) => finished === 2 && documents >= 10);

  const first = await forget(settings, email.toUpperCase());

  assert.deepEqual([first.orders, first.letters, first.documents, first.undone], [1, 5, 5, []]);
  await assert.rejects(customer.look(orderId), /NOT_FOUND/);
  assert.equal((await customer.look(other)).orderId, other);
  const letters = await (await fetch(`${settings.inboxUrl}/messages?order=${orderId}`)).text();
  assert.doesNotMatch(letters, /ana\.gone/);
  await client.indices.refresh({ index: `${settings.namespace}*` });
  const { hits } = await client.search({ index: `${settings.namespace}*`, q: '"Mate de Ana"' });
  assert.deepEqual(hits.hits, []);
  const again = await forget(settings, email);
  assert.deepEqual([again.orders, again.letters, again.documents], [0, 0, 0]);
  await trial.auditWhen(() => true);
});

test('who has an order under way is not forgotten, and nothing of theirs is touched', async (context) => {
  const trial = await openTrial();
  context.after(() => trial.close());
  await trial.start();
  const { orderId } = await trial.customer.order({ details: { email }, clock: 0.1 });
  while (!(await trial.customer.look(orderId).catch(() => undefined)));

  await assert.rejects(forget(trial.settings, email), { message: new RegExp(`under way: ${orderId}`) });

  assert.equal((await trial.customer.look(orderId)).orderId, orderId);
});

test('an order that can never begin, and whose dead letter was dropped, stands in the way of nothing', async (context) => {
  const trial = await openTrial({ DESPACHO_EMAIL: 'false' });
  context.after(() => trial.close());
  const { settings } = trial;
  await trial.start();
  const log = kafkaLog(settings);
  const topic = commandTopic('process');
  await log.publish([{ topic, key: 'half-an-order', value: JSON.stringify({ email }) }]);
  await log.close();
  await trial.until(deadTopic(topic), ({ key }) => String(key) === 'half-an-order');
  await assert.rejects(forget(settings, email), { message: /under way: half-an-order.* drop their dead letters/ });
  const letters = await openDeadLetters(settings);
  context.after(() => letters.close());
  await letters.settle({ limit: 1 }, 'dropped', () => undefined);

  assert.deepEqual((await forget(settings, email)).undone, []);
});

test("how long Kafka keeps the rest is what the topics' own settings say", async (context) => {
  const trial = await openTrial();
  context.after(() => trial.close());
  await trial.start();
  const topic = trial.settings.namespace + commandTopic('process');
  const kept = async () => (await forget(trial.settings, email)).kept.find((each) => each.topic === topic);
  assert.deepEqual(await kept(), { topic, milliseconds: undefined });
  const configEntries = [
    { name: 'retention.ms', value: '3600000' },
    { name: 'segment.ms', value: '60000' },
  ];
  await trial.withAdmin((admin) =>
    admin.alterConfigs({ validateOnly: false, resources: [{ type: topicResource, name: topic, configEntries }] }),
  );
  assert.deepEqual(await kept(), { topic, milliseconds: 3_660_000 });
});
