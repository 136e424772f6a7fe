import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Digest } from './digest.ts';

function digest(texts: readonly string[]): string {
  const made = new Digest();
  for (const text of texts) made.add(text);
  return made.toString();
}

test('the order does not matter', () => {
  const shuffled = fc
    .array(fc.string())
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
  fc.assert(fc.property(shuffled, ([one, other]) => digest(one) === digest(other)));
});

test('a loss, a double and a change show', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (list, at) => {
      const place = at % list.length;
      const changed = list.with(place, `${list[place]}!`);
      for (const other of [list.toSpliced(place, 1), [...list, list[place] as string], changed]) {
        assert.notEqual(digest(other), digest(list));
      }
    }),
  );
});
