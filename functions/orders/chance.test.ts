import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { between, chance } from './chance.ts';

const part = fc.oneof(fc.string(), fc.integer());

/** How far the counts of `draws` in equal bins are from even; about `bins - 1` for uniform draws. */
function chiSquare(draws: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const draw of draws) counts[Math.floor(draw * bins)] = (counts[Math.floor(draw * bins)] ?? 0) + 1;
  const expected = draws.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('the same names draw the same number, in [0, 1)', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(part), (seed, parts) => {
      const draw = chance(seed, ...parts);
      assert.equal(chance(seed, ...parts), draw);
      assert.ok(draw >= 0 && draw < 1);
    }),
  );
});

test('where one part ends matters', () => {
  assert.notEqual(chance(1, 'a', 'bc'), chance(1, 'ab', 'c'));
  assert.notEqual(chance(1, 'a'), chance(1, 'a', ''));
  assert.notEqual(chance(1, 2), chance(12));
});

// 99 degrees of freedom: 1 in 10,000 uniform samples exceeds 161.3 or stays under 54.
for (const seed of [1, 2, 42, -7, 2 ** 31]) {
  test(`draws are even over counters, ids and versions with seed ${seed}`, () => {
    const indices = Array.from({ length: 100_000 }, (_, index) => index);
    const id = (index: number) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
    const samples = [
      indices.map((index) => chance(seed, index)),
      indices.map((index) => chance(seed, id(index), 'estimate')),
      indices.map((index) => chance(seed, id(index >> 2), index & 3, 'wait')),
    ];
    for (const draws of samples) {
      const distance = chiSquare(draws, 100);
      assert.ok(distance > 54 && distance < 161.3, `chi-square ${distance}`);
    }
  });

  test(`neighbouring draws do not go together with seed ${seed}`, () => {
    const pairs = Array.from({ length: 50_000 }, (_, index) => [
      chance(seed, 'x', index),
      chance(seed, 'x', index + 1),
    ]);
    const joint = pairs.map(([one = 0, two = 0]) => (Math.floor(one * 10) * 10 + Math.floor(two * 10)) / 100 + 0.005);
    const distance = chiSquare(joint, 100);
    assert.ok(distance > 54 && distance < 161.3, `chi-square ${distance}`);
  });
}

test('a draw is placed evenly in its range', () => {
  assert.equal(between({ low: 3, high: 5 }, 0), 3);
  assert.equal(between({ low: 3, high: 5 }, 0.5), 4);
  assert.equal(between({ low: 4, high: 4 }, 0.9), 4);
});
