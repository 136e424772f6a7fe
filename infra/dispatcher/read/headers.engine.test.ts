/** What whoever may write to a topic can put into a record's headers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { startTelling, type Told } from './telling.fixture.ts';

const { topic, producer, committed } = ownTopics('headers');

test('a header stops no partition, whatever it is called: the record behind it is delivered', async () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const messages = [...names.map((name) => ({ value: name, headers: { [name]: 'x' } })), { value: 'behind' }];
  await producer.send({ topic, messages });
  const { dispatcher, hear, end } = await startTelling('headers', topic, () => undefined);
  const got: Told[] = [];
  const all = new Promise<void>((resolve) => {
    hear((records) => {
      got.push(...records);
      if (got.some(([value]) => value === 'behind')) resolve();
    });
  });
  try {
    await all;
    assert.deepEqual(got, [...names.map((name) => [name, [name]]), ['behind', []]]);
    assert.equal((await dispatcher.drain(10_000)).abandoned, 0);
    assert.equal(await committed(`headers-telling-${topic}`), `${names.length + 1}`);
  } finally {
    await end();
  }
});
