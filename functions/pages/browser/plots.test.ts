import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeSteps } from './plots.ts';

test('a time axis has at least two labels, whatever minutes or weeks it shows', () => {
  const [width, label] = [400, 80];
  for (let span = 60; span < 28 * 86_400; span *= 1.01) {
    const step = timeSteps.find((seconds) => (seconds * width) / span >= label) ?? Number.POSITIVE_INFINITY;
    assert.ok(Math.floor(span / step) >= 2, `${span} s, a label every ${step} s`);
  }
});
