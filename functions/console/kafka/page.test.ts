import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from './page.ts';
import { pageOf } from './page.ts';

const message = (partition: number, offset: number, timestamp: number): Message => ({
  ...{ partition, offset, timestamp },
  ...{ key: 'k', value: null, headers: {}, size: 0 },
});
const spans = new Map([0, 1, 2].map((partition) => [partition, { partition, from: 5, to: 9, low: 0, high: 20 }]));
const places = (page: ReturnType<typeof pageOf>) =>
  page.messages.map(({ partition, offset }) => `${partition}@${offset}`);
const ranges = (page: ReturnType<typeof pageOf>) => page.spans.map(({ from, to }) => `${from}-${to}`);

test('a page has no more messages than were asked for, and says where each partition goes on', () => {
  const found = [message(0, 5, 1), message(1, 6, 2), message(2, 7, 3), message(0, 8, 4), message(1, 8, 5)];
  const first = pageOf(found, spans, 3, 'first');
  assert.deepEqual(
    [places(first), ranges(first)],
    [
      ['0@5', '1@6', '2@7'],
      ['5-8', '5-8', '5-9'],
    ],
  );
  const newest = pageOf(found, spans, 3, 'newest');
  assert.deepEqual(
    [places(newest), ranges(newest)],
    [
      ['2@7', '0@8', '1@8'],
      ['6-9', '7-9', '5-9'],
    ],
  );
  const all = pageOf(found, spans, 5, 'newest');
  assert.deepEqual([all.messages.length, ranges(all)], [5, ['5-9', '5-9', '5-9']]);
});

test('no partition has a gap, also where its times go back', () => {
  const found = [message(0, 5, 9), message(0, 6, 1), message(1, 5, 2)];
  const page = pageOf(found, spans, 2, 'first');
  assert.deepEqual([places(page), ranges(page)], [['1@5'], ['5-5', '5-9', '5-9']]);
});

test('a record whose clock was wrong hides none of the others of its partition', () => {
  const times = [1, 2, 3, 4];
  const [early, late] = [0, 4_000_000_000_000];
  for (const [end, wrong, at] of [
    ['first', late, 0],
    ['first', late, 1],
    ['newest', early, 3],
    ['newest', early, 2],
  ] as const) {
    const found = [0, 1, 2].flatMap((partition) =>
      times.map((time, index) => message(partition, 5 + index, partition === 0 && index === at ? wrong : time * 10)),
    );
    const { messages } = pageOf(found, spans, 6, end);
    assert.equal(messages.filter(({ partition }) => partition === 0).length >= 2, true, `${end} ${wrong} at ${at}`);
    assert.ok(messages.length <= 6);
  }
});
