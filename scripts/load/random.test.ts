import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRandom, zipf } from './random.ts';

const draw = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);

test('a seed gives the same draws again, and another seed or stream others', () => {
  const first = (seed: number, stream?: number) => draw(5, newRandom(seed, stream).fraction);
  assert.deepEqual(first(7), first(7));
  assert.notDeepEqual(first(7), first(8));
  assert.notDeepEqual(first(7), first(7, 1));
});

test('draws of neighbouring seeds and streams do not resemble each other', () => {
  for (const starts of [
    draw(2_000, counter()).map((n) => newRandom(n)),
    draw(2_000, counter()).map((n) => newRandom(1, n)),
  ]) {
    const values = starts.map((random) => random.fraction());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const pairs = values
      .slice(1)
      .reduce((sum, value, index) => sum + (value - 0.5) * ((values[index] as number) - 0.5), 0);
    assert.ok(Math.abs(mean - 0.5) < 0.03, `mean ${mean}`);
    assert.ok(Math.abs((12 * pairs) / values.length) < 0.08, `correlation ${(12 * pairs) / values.length}`);
  }
});

test("ranks follow Zipf's law, and an exponent of 0 makes all alike", () => {
  const share = (exponent: number, rank: number) => {
    const next = zipf(100, exponent, newRandom(3));
    return draw(50_000, next).filter((each) => each === rank).length / 50_000;
  };
  const harmonic = draw(100, counter()).reduce((sum, rank) => sum + 1 / (rank + 1), 0);
  assert.ok(Math.abs(share(1, 0) - 1 / harmonic) < 0.01);
  assert.ok(Math.abs(share(1, 9) - 0.1 / harmonic) < 0.005);
  assert.ok(Math.abs(share(0, 0) - 0.01) < 0.003);
  assert.ok(Math.abs(share(0, 99) - 0.01) < 0.003);
});

function counter(): () => number {
  let next = 0;
  return () => next++;
}
