import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommonPorts } from '../metrics/connect.ts';
import type { Invocation } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { messageId } from './message.ts';
import { readMessages } from './readMessages.ts';

const ports = { settings: { namespace: 'a.' }, clock: { now: () => 0 } };
const invocation = { name: 'savePostgres', attempt: 1, ports } as unknown as Invocation<CommonPorts>;
const post = { id: '1', created_at: '2026-01-02T03:04:05Z', lang: 'es', text: 'Hola', user: { screen_name: 'ana' } };

const recordOf = (value: object, offset: number, timestamp = 1000): Incoming => ({
  topic: 'a.tweets',
  partition: 2,
  offset,
  timestamp,
  key: undefined,
  value: Buffer.from(JSON.stringify(value)),
});

test('a post that not every store can keep goes to the letters, and holds up no other', () => {
  const bad = [{ created_at: '-005000-01-01T00:00:00Z' }, { text: 'a\0b' }, { user: null }];
  const records = [post, ...bad.map((what) => ({ ...post, ...what })), post].map(recordOf as never) as Incoming[];
  const { messages, dead } = readMessages(
    records.map((record, offset) => ({ ...record, offset })),
    invocation,
  );
  assert.deepEqual(
    messages.map(({ offset }) => offset),
    [0, 4],
  );
  assert.deepEqual(
    dead.map(({ topic }) => topic),
    ['tweets.dead', 'tweets.dead', 'tweets.dead'],
  );
  assert.match(String(dead[0]?.headers?.['dead.reason']), /created_at: is no date of the years 1 to 9999/);
});

test('a message has one id however often it is delivered, and another one in a topic that was made anew', () => {
  const idOf = (record: Incoming) => readMessages([record], invocation).messages.map(messageId).join();
  assert.equal(idOf(recordOf(post, 7)), idOf(recordOf(post, 7)));
  assert.notEqual(idOf(recordOf(post, 7)), idOf(recordOf(post, 7, 2000)));
});
