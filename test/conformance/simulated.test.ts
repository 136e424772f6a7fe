/** The rules without a broker: what `serverless-kafka-dispatcher/testing` shows is what a broker would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules } from './rules.ts';
import { checkSimulated } from './simulated.ts';

/** What a function in the test's own process, and the one dispatcher of a test, cannot show. */
const elsewhere: readonly string[] = [
  'a changed handler is loaded anew',
  'provisioned concurrency: the environment is there before the first record',
  'a filtered backlog of 100,000 records is passed, and what is wanted after it arrives',
  'partitions that a topic gets while it is read are read, too',
  'key order: what was done above the commit is not delivered again after kill -9',
  'a function that leaves a rejection unhandled fails its batch, and nothing else',
  'a function that never ends its loop fails its batch, and nothing else',
  'a function that takes all memory fails its batch, and nothing else',
  'a function that takes all memory in Buffers fails its batch, and nothing else',
  'a slow function does not slow another, and causes no rebalance',
  'kill -9 loses nothing, and doubles only what was in flight or not yet committed',
  'processes that come and go share the partitions, and lose nothing',
];

const kept = rules.filter(({ name }) => !elsewhere.includes(name));

for (const rule of kept) test(rule.name, { timeout: 60_000 }, () => checkSimulated(rule));

test('what is left out is named, and no more than a few', () => {
  assert.equal(kept.length, rules.length - elsewhere.length, 'a name of `elsewhere` is no rule');
  assert.ok(kept.length >= 55, `${kept.length} rules`);
});
