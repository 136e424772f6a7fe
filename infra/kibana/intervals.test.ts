import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barWidth, intervals } from './intervals.ts';

const minute = 60_000;

test('a time is cut into some sixty intervals at most, at round moments', () => {
  const start = Date.parse('2026-01-02T03:04:05.678Z');
  for (const [minutes, step] of [
    [0, 1000],
    [1, 1000],
    [15, 15_000],
    [60, minute],
    [24 * 60, 30 * minute],
    [7 * 24 * 60, 180 * minute],
  ] as const) {
    const found = intervals(start, start + minutes * minute, 1000);
    assert.equal(found.step, step, `${minutes} minutes`);
    assert.ok(found.from <= start && found.to > start + minutes * minute);
    assert.equal(found.from % step, 0);
    assert.ok((found.to - found.from) / step <= 62);
  }
});

test('no interval is narrower than what there is to draw', () => {
  assert.equal(intervals(0, minute, 10_000).step, 10_000);
  assert.equal(intervals(0, 60 * minute, 10_000).step, minute);
});

test('the bars of a histogram have a round width', () => {
  assert.equal(barWidth(-8, 12), 1);
  assert.equal(barWidth(0, 3), 0.2);
  assert.equal(barWidth(-8, 60), 5);
  assert.equal(barWidth(0, 1000), 50);
  assert.equal(barWidth(5, 5), 1);
});
