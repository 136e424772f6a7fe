/** However a redrive ends, killed or overtaken by another, each letter goes back once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { openLetters } from '../../infra/deadLetters/letters.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';

const namespace = `dead-${Date.now().toString(36)}k.`;
const settings = { ...readSettings(), namespace };
const kafka = connectKafka(settings, 'despacho-test', 'waits');
const admin = kafka.admin();
const producer = kafka.producer();
const letters = 3000;

before(() => Promise.all([admin.connect(), producer.connect()]));
after(async () => {
  await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith(namespace)) });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

async function bury(topic: string): Promise<void> {
  const [source, deadTopic] = [namespace + topic, `${namespace}${topic}.dead`];
  await createServedTopics(admin, [{ topic: source }, { topic: deadTopic }]);
  const headers = { 'dead.topic': source, 'dead.function': 'ship', 'dead.reason': 'Error: away' };
  const messages = Array.from({ length: letters }, (_, index) => ({ key: `order-${index}`, value: 'x', headers }));
  await producer.send({ topic: deadTopic, messages });
}

const wentBack = async (topic: string): Promise<string[]> =>
  (await openLetters(settings, admin, namespace + topic)).map(({ key }) => `${key}`);

function redrive(topic: string) {
  const env = { ...process.env, DESPACHO_NAMESPACE: namespace };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'redrive', '--topic', topic], { env });
  child.stdout.setEncoding('utf8');
  return child;
}

/** Resolves when it has sent some letters back, and not yet all. */
async function onItsWay(child: ReturnType<typeof redrive>): Promise<void> {
  const [progress] = await once(child.stdout, 'data');
  assert.match(progress, /^\d+ of 3000 redriven/);
}

async function endsWell(child: ReturnType<typeof redrive>): Promise<void> {
  let told = '';
  child.stdout.on('data', (text: string) => (told += text));
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.match(told, /dead letters redriven; 0 are left/);
}

test('a redrive that is killed on its way is finished by the next one', async () => {
  await bury('orders.ship');
  const killed = redrive('orders.ship');
  await onItsWay(killed);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  // A transaction that is committed can be read a moment later.
  let back = await wentBack('orders.ship');
  while (back.length === 0) back = await wentBack('orders.ship');
  assert.ok(back.length < letters, `${back.length} had gone back when it was killed`);

  await endsWell(redrive('orders.ship'));
  const keys = await wentBack('orders.ship');
  assert.equal(keys.length, letters);
  assert.equal(new Set(keys).size, letters);
});

test('of two redrives at once the later one goes on where the earlier one has come to', async () => {
  await bury('orders.deliver');
  const first = redrive('orders.deliver');
  const ended = once(first, 'exit');
  await onItsWay(first);
  await endsWell(redrive('orders.deliver'));
  await ended;
  const keys = await wentBack('orders.deliver');
  assert.equal(keys.length, letters);
  assert.equal(new Set(keys).size, letters);
});
