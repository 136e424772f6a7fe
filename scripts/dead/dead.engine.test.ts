import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { openLetters } from '../../infra/deadLetters/letters.ts';
import { redrive } from '../../infra/deadLetters/redrive.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';

const namespace = `dead-${Date.now().toString(36)}.`;
const settings = { ...readSettings(), namespace };
const [source, deadTopic] = [`${namespace}orders.ship`, `${namespace}orders.ship.dead`];
/** Of a system whose namespace begins like this one's, as every namespace does for a system without one. */
const foreign = `${namespace}t1.orders.ship.dead`;
const kafka = connectKafka(settings, 'despacho-test', 'waits');
const admin = kafka.admin();
const producer = kafka.producer();

async function dead(...args: string[]): Promise<string> {
  const environment = { ...process.env, DESPACHO_NAMESPACE: namespace };
  const run = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env: environment,
  });
  return (await run.catch((error: Error & { stderr: string }) => ({ stdout: error.stderr }))).stdout;
}

const letter = (index: number, reason: string) => ({
  key: `order-${index}`,
  value: Buffer.from([0, 255, index]),
  headers: {
    mine: 'kept',
    'dead.reason': reason,
    'dead.condition': 'RetryAttemptsExhausted',
    'dead.topic': source,
    'dead.partition': '0',
    'dead.offset': `${index}`,
    'dead.timestamp': '1700000000000',
    'dead.function': 'ship',
    'dead.attempts': '11',
    'dead.at': '2026-01-01T00:00:00.000Z',
  },
});

before(async () => {
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [
    { topic: source, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '-1' }] },
    { topic: deadTopic, numPartitions: 2 },
  ]);
  const messages = Array.from({ length: 6 }, (_, index) =>
    letter(index, index < 4 ? 'Error: Redis is away' : 'TypeError: bad'),
  );
  await producer.send({ topic: deadTopic, messages });
  await createServedTopics(admin, [{ topic: foreign }]);
  await producer.send({ topic: foreign, messages });
});

after(async () => {
  await admin.deleteTopics({ topics: [source, deadTopic, foreign] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

const sent = async (): Promise<number> =>
  (await admin.fetchTopicOffsets(source)).reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);

test('dead letters are listed and shown with where they came from', async () => {
  assert.match(
    await dead('list'),
    /4 {2}dead-\w+\.orders\.ship\.dead {2}ship {2}RetryAttemptsExhausted: Error: Redis is away/,
  );
  assert.match(
    await dead('show', '--reason', 'TypeError', '--limit', '1'),
    /orders\.ship-0@\d.*by ship after 11 attempts/,
  );
});

test('what would be done is told and not done', async () => {
  assert.match(await dead('redrive', '--topic', 'orders.ship', '--dry-run'), /6 dead letters would be redriven/);
  assert.equal(await sent(), 0);
});

test('a redriven record is the original, goes back once however often it is asked for, and only what was chosen goes', async () => {
  assert.match(await dead('redrive', '--reason', 'Redis'), /4 dead letters redriven; 2 are left/);
  assert.match(await dead('redrive', '--reason', 'Redis'), /0 dead letters redriven; 2 are left/);
  const records = await openLetters(settings, admin, source);
  assert.deepEqual(records.map(({ key }) => `${key}`).sort(), ['order-0', 'order-1', 'order-2', 'order-3']);
  for (const { value, headers } of records) {
    assert.deepEqual([...(value ?? [])].slice(0, 2), [0, 255]);
    assert.deepEqual(Object.keys(headers).sort(), ['dead.redriven', 'dead.timestamp', 'mine']);
    assert.equal(String(headers['dead.timestamp']), '1700000000000');
  }
});

test('a record that goes back is of now, so that retention does not remove it at once', async () => {
  const before = Date.now() - 3_600_000;
  const offsets = await admin.fetchTopicOffsetsByTimestamp(source, before);
  const ends = await admin.fetchTopicOffsets(source);
  for (const { partition, offset } of offsets) {
    assert.equal(offset, ends.find((one) => one.partition === partition)?.low);
  }
});

test('letters that together are more than a request may hold all go back', async () => {
  const filler = 'x'.repeat(20_000);
  for (let sends = 0; sends < 10; sends++) {
    const messages = Array.from({ length: 20 }, () => {
      const one = letter(0, 'Error: many');
      return { ...one, value: filler, headers: { ...one.headers, mine: filler } };
    });
    await producer.send({ topic: deadTopic, messages });
  }
  assert.match(await dead('redrive', '--reason', 'many'), /200 dead letters redriven; 2 are left/);
});

test('one letter is sent back at the place where it lies, and only once', async () => {
  const { length: before } = await openLetters(settings, admin, source);
  const [letter] = await openLetters(settings, admin, deadTopic);
  assert.ok(letter);
  const place = { topic: 'orders.ship.dead', partition: letter.partition, offset: letter.offset };
  assert.equal(await redrive(settings, place), true);
  assert.equal(await redrive(settings, place), false);
  assert.equal((await openLetters(settings, admin, source)).length, before + 1);
});

test('a dropped letter is gone, and a topic with nothing open is emptied', async () => {
  assert.match(await dead('drop'), /1 dead letters dropped; 0 are left/);
  assert.match(await dead('list'), /0 {2}in all/);
  assert.ok((await admin.fetchTopicOffsets(deadTopic)).every(({ low, high }) => low === high));
});

test("another namespace's dead letters are neither listed nor dealt with", async () => {
  assert.equal((await openLetters(settings, admin, foreign)).length, 6);
});

test('what cannot be understood is refused, naming it', async () => {
  assert.match(await dead('bury'), /"bury" is none of list, show, redrive, drop/);
  assert.match(await dead('list', '--limit', 'x'), /--limit/);
  assert.match(await dead('list', '--topic', 'nothing'), /--topic: there is no dead-letter topic of "nothing"/);
});
