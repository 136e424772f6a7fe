/** What whoever may write to a topic can put into a record's headers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { brokers, kafkaLogin } from '../../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { planOf } from '../config/mapping.ts';
import { startDispatcher } from '../dispatcher.ts';

const { topic, producer, committed } = ownTopics('headers');

/** Tells the test, which is another thread of the same process, what it was given. */
const handler = `
const told = new BroadcastChannel('${topic}');
export const handler = ({ records }) =>
  told.postMessage(Object.values(records).flat().map(({ value, headers }) =>
    [Buffer.from(value, 'base64').toString(), headers.map((one) => Object.keys(one)[0])]));
`;

test('a header stops no partition, whatever it is called: the record behind it is delivered', async () => {
  const folder = ownFolder({ 'telling.mjs': handler });
  const event = { topic, bootstrapServers: brokers, maximumBatchingWindow: 0, startingPosition: 'TRIM_HORIZON' };
  const service = {
    service: 'headers',
    provider: { name: 'aws', runtime: 'nodejs24.x' },
    functions: { telling: { handler: 'telling.handler', events: [{ kafka: event }] } },
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const messages = [...names.map((name) => ({ value: name, headers: { [name]: 'x' } })), { value: 'behind' }];
  await producer.send({ topic, messages });
  const told = new BroadcastChannel(topic);
  const got: [value: string, headers: string[]][] = [];
  const all = new Promise<void>((resolve) => {
    told.onmessage = ({ data }) => {
      got.push(...data);
      if (got.some(([value]) => value === 'behind')) resolve();
    };
  });
  const dispatcher = await startDispatcher({ ...planOf(service, folder), brokers, access: kafkaLogin, log });
  try {
    await all;
    assert.deepEqual(got, [...names.map((name) => [name, [name]]), ['behind', []]]);
    assert.equal((await dispatcher.drain(10_000)).abandoned, 0);
    assert.equal(await committed(`headers-telling-${topic}`), `${names.length + 1}`);
  } finally {
    told.close();
    await dispatcher.drain(0);
  }
});
