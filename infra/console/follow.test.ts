import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document } from '../../functions/metrics/document.ts';
import { indexNames } from '../../functions/metrics/fields.ts';
import { count } from './follow.ts';

test('documents of transitions, which the page does not count, are not read; all others are', () => {
  const taken: string[] = [];
  const tally = {
    takeEvent: () => assert.fail('no event'),
    takeDocument: ({ index }: { index: string }) => taken.push(index),
  };
  for (const index of indexNames) count(tally, false, Buffer.from(JSON.stringify(document(index, 'id', {}))));
  assert.deepEqual(
    taken,
    indexNames.filter((index) => index !== 'despacho-transitions'),
  );
});
