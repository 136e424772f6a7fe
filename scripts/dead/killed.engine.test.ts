/** A redrive that is killed on its way is finished by the next one, and sends nothing back twice. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSettings } from '../../functions/runtime/settings.ts';
import { createServedTopics, Kafka, logLevel } from '../../infra/kafkajs.ts';
import { openLetters } from './letters.ts';

const namespace = `dead-${Date.now().toString(36)}k.`;
const settings = { ...readSettings(), namespace };
const [source, deadTopic] = [`${namespace}orders.ship`, `${namespace}orders.ship.dead`];
const kafka = new Kafka({ brokers: settings.kafkaBrokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const letters = 3000;

before(async () => {
  const producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic: source }, { topic: deadTopic }]);
  const headers = { 'dead.topic': source, 'dead.function': 'ship', 'dead.reason': 'Error: away' };
  const messages = Array.from({ length: letters }, (_, index) => ({ key: `order-${index}`, value: 'x', headers }));
  await producer.send({ topic: deadTopic, messages });
  await producer.disconnect();
});
after(async () => {
  await admin.deleteTopics({ topics: [source, deadTopic] });
  await admin.disconnect();
});

function redrive() {
  const env = { ...process.env, DESPACHO_NAMESPACE: namespace };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'redrive'], { env });
  child.stdout.setEncoding('utf8');
  return child;
}

test('each letter goes back once', async () => {
  const killed = redrive();
  const [progress] = await once(killed.stdout, 'data');
  assert.match(progress, /^\d+ of 3000 redriven/);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const back = await openLetters(settings, admin, source);
  assert.ok(back.length > 0 && back.length < letters, `${back.length} had gone back when it was killed`);

  const second = redrive();
  let told = '';
  second.stdout.on('data', (text: string) => (told += text));
  assert.deepEqual(await once(second, 'close'), [0, null]);
  assert.match(told, /dead letters redriven; 0 are left/);
  const keys = (await openLetters(settings, admin, source)).map(({ key }) => `${key}`);
  assert.equal(keys.length, letters);
  assert.equal(new Set(keys).size, letters);
});
