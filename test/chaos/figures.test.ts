/** What a run of faults cost is read from the log's own moments. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from './figures.ts';

const step = (at: number, dueAt?: number) => ({ at, ...(dueAt && { due: { at: dueAt, firedAt: dueAt } }) });

test('the longest stall is the longest time in which no order moved', () => {
  const { stall } = figuresOf([step(5000), step(1000), step(1500)], []);
  assert.deepEqual(stall, { milliseconds: 3500, from: 1500 });
});

test('a fault is recovered from at the next step, or the last late one before the next fault begins', () => {
  const spans = [
    { name: 'first', from: 1000, to: 2000 },
    { name: 'second', from: 9000, to: 10_000 },
    { name: 'third', from: 20_000, to: 21_000 },
  ];
  const events = [
    step(2500, 1200),
    step(4000, 1900),
    step(5000, 4990),
    step(9500, 5000),
    step(10_500, 9100),
    step(21_300, 21_299),
  ];
  assert.deepEqual(figuresOf(events, spans).recovered, [2000, 500, 300]);
});

test('half of the steps came within the median, and a log without a step has none of it', () => {
  assert.equal(figuresOf([step(10, 9), step(20, 15), step(30, 1)], []).median, 5);
  assert.deepEqual(figuresOf([], []), { stall: { milliseconds: 0, from: 0 }, recovered: [], median: 0 });
});
