/** A member that the broker has forgotten, and whose joining anew kafkajs gives up, comes back all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Broker from 'kafkajs/src/broker/index.js';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { startTelling } from './telling.fixture.ts';

const { topic, send, committed } = ownTopics('orphaned');

/** The next call fails as if the broker had answered so; those after it ask the broker again. */
function failOnce(request: 'heartbeat' | 'joinGroup', type: string, code: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const real = Broker.prototype[request];
  Broker.prototype[request] = async () => {
    Broker.prototype[request] = real;
    resolve();
    throw Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, code, retriable: true });
  };
  return promise;
}

test('a consumer that reads on without being a member of its group joins anew and loses nothing', async () => {
  const said: string[] = [];
  const { dispatcher, hear, end } = await startTelling('orphaned', topic, (line) => void said.push(line));
  const arrival = (value: string) =>
    new Promise<void>((resolve) => {
      hear((records) => records.some(([one]) => one === value) && resolve());
    });
  try {
    const first = arrival('before');
    await send('before');
    await first;

    // A broker that has just come back: it knows no member, and has not read its groups yet.
    const forgotten = failOnce('heartbeat', 'UNKNOWN_MEMBER_ID', 25);
    const refused = failOnce('joinGroup', 'GROUP_LOAD_IN_PROGRESS', 14);
    await Promise.all([forgotten, refused]);
    const second = arrival('meanwhile');
    await send('meanwhile');
    await second;

    assert.ok(
      said.some((line) => line.includes('it reads on without being a member of its group')),
      said.join('\n'),
    );
    assert.equal((await dispatcher.drain(10_000)).abandoned, 0);
    assert.equal(await committed(`orphaned-telling-${topic}`), '2');
  } finally {
    await end();
  }
});
