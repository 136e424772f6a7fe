import assert from 'node:assert/strict';
import { test } from 'node:test';
import { palette, stateColors } from '../../pages/palette.ts';
import { colors, seriesColors } from './panels.ts';

const of = (family: string, group: string) => ({
  family,
  group,
  label: group,
  column: { label: 'Orders', kind: 'count' } as const,
  values: [],
});

test('no two of sixteen functions share a colour, and each has its own in every panel', () => {
  assert.equal(new Set(seriesColors).size, 16);
  assert.ok(seriesColors.every((name) => name in palette || name in stateColors));
  const colorOf = colors();
  const names = Array.from({ length: 16 }, (_, index) => `function-${index}`);
  const first = names.map((name) => colorOf(of('Function', name), 0));
  assert.equal(new Set(first).size, 16);
  const again = names.toReversed().map((name) => colorOf(of('Function', name), 5));
  assert.deepEqual(again.toReversed(), first);
});
