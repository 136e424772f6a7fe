import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../lab/record/result.ts';
import { verdictOf } from './lab.ts';

const result = (exact: boolean) => ({ proof: { exact } }) as Result;

test('an aim is never met by a run that was not exact', () => {
  assert.equal(verdictOf({ met: () => true }, result(false)), 'NOT EXACT');
  assert.equal(verdictOf({ met: () => true }, result(true)), 'met');
  assert.equal(verdictOf({ met: () => false }, result(true)), 'MISSED');
});
