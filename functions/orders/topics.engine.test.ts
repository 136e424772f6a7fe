import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { readSettings } from '../settings.ts';
import { createTopics, topicResource } from './topics.kafka.ts';
import { topics } from './topics.ts';

const settings = { ...readSettings(), namespace: `topics-${randomBytes(4).toString('hex')}.` };
const admin = connectKafka(settings, 'despacho-test', 'waits').admin();
const names = topics.map((topic) => settings.namespace + topic);

before(() => admin.connect());
after(async () => {
  await admin.deleteTopics({ topics: names });
  await admin.disconnect();
});

async function settingsOf(name: string): Promise<Map<string, string>> {
  const resources = [{ type: topicResource, name }];
  const found = await admin.describeConfigs({ includeSynonyms: false, resources });
  const entries = found.resources[0]?.configEntries ?? [];
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}

test('two systems that come up at the same moment both find every topic', async () => {
  const old = `${settings.namespace}orders.placed`;
  const configEntries = [
    { name: 'retention.ms', value: '3600000' },
    { name: 'segment.bytes', value: '10485760' },
  ];
  await createServedTopics(admin, [{ topic: old, numPartitions: 4, configEntries }]);
  await Promise.all([createTopics(settings), createTopics(settings)]);
  const there = await admin.listTopics();
  assert.deepEqual(
    names.filter((name) => !there.includes(name)),
    [],
  );
});

test('every topic is kept for ever, also one that was made otherwise, which keeps its other settings', async () => {
  for (const name of names) assert.equal((await settingsOf(name)).get('retention.ms'), '-1', name);
  assert.equal((await settingsOf(`${settings.namespace}orders.placed`)).get('segment.bytes'), '10485760');
});

test('a dead letter finds room where its record filled a message', async () => {
  const [record, letter] = await Promise.all(
    ['orders.placed', 'orders.placed.dead'].map((topic) => settingsOf(settings.namespace + topic)),
  );
  const bytes = (of: Map<string, string> | undefined) => Number(of?.get('max.message.bytes'));
  assert.ok(bytes(letter) >= bytes(record) + 65_536);
});
