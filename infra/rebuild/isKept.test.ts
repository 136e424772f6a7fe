import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import { isKept } from './isKept.ts';

const hour = 3_600_000;
const now = 1000 * hour;
const [settings, clock] = [{ keepFinished: 24 }, { ...systemClock, now: () => now }];
const ended = (ago: number) => ({ orderId: 'x', last: { to: 'completed', at: now - ago }, known: 0 }) as const;

test('Redis is to have what has ended for as long as it keeps it, and what has not ended for ever', () => {
  assert.ok(isKept(ended(23 * hour), settings, new Set(), clock));
  assert.ok(!isKept(ended(25 * hour), settings, new Set(), clock));
  assert.ok(isKept({ ...ended(25 * hour), last: { to: 'shipped', at: 0 } }, settings, new Set(), clock));
});

test('what was forgotten is not restored; what an old copy brought back of it is brought to its end', () => {
  assert.ok(!isKept(ended(0), settings, new Set(['x']), clock));
  assert.ok(isKept({ ...ended(0), known: 2 }, settings, new Set(['x']), clock));
});
