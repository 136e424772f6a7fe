import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from './progress.ts';

const progress = {
  ...{ phase: 'load' as const, elapsed: 4.2, seconds: 30, planned: 6_000 },
  ...{ sent: 1_200, acknowledged: 1_150, failed: 3, notSent: 2 },
};

test('the line tells what was sent, answered and left out, and keeps quiet about troubles that are not there', () => {
  const line = 'load 4 of 30 s · 1,200 of 6,000 sent · 1,150 acknowledged';
  assert.equal(progressLine(progress), `${line} · 47 waiting · 3 failed · 2 not sent`);
  assert.equal(progressLine({ ...progress, failed: 0, notSent: 0 }), `${line} · 50 waiting`);
});
