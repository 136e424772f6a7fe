/** What the console shows of Kafka, by the role of who asks. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import { readSettings } from '../../settings.ts';
import { disconnect, handler } from '../api.ts';
import type { Cluster } from './cluster.ts';

// No namespace, as usual: whoever tells the system's topics by what their names begin with, shows those of all.
const foreign = `of-somebody-else-${randomUUID().slice(0, 6)}`;
const own = 'tweets';
const kafka = connectKafka(readSettings(), 'despacho-test', 'answersSoon');
/** Whoever's `tweets` is there already stays. */
let made: string[];

before(() =>
  withAdmin(kafka, async (admin) => {
    const there = await admin.listTopics();
    made = [foreign, own].filter((topic) => !there.includes(topic));
    await createServedTopics(
      admin,
      made.map((topic) => ({ topic, numPartitions: 1 })),
    );
  }),
);
after(async () => {
  await disconnect();
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: made }));
});

async function ask(role: string, rawPath: string, queryStringParameters: Record<string, string>) {
  const event = { rawPath, queryStringParameters, headers: { 'x-despacho-role': role } };
  const asked = { ...event, requestContext: { http: { method: 'GET' } } } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body } = await handler(asked);
  return { status: statusCode, told: JSON.parse(body ?? '') };
}

test("whoever may only look reads the system's own topics, and nobody else's on the same brokers", async () => {
  assert.equal((await ask('view', '/api/messages', { topic: foreign })).status, 403);
  assert.equal((await ask('view', '/api/cluster', { all: 'true' })).status, 403);
  assert.equal((await ask('view', '/api/messages', { topic: own })).status, 200);
  const { topics } = (await ask('view', '/api/cluster', {})).told as Cluster;
  const names = topics.map(({ name }) => name);
  assert.ok(names.includes(own) && !names.includes(foreign));
});

test('whoever operates reads them all', async () => {
  assert.equal((await ask('operate', '/api/messages', { topic: foreign })).status, 200);
  const { topics } = (await ask('operate', '/api/cluster', {})).told as Cluster;
  assert.ok(topics.some(({ name }) => name === foreign));
});
