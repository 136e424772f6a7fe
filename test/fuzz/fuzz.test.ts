import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.ts';

test('whatever comes from outside is taken, or refused in our own words, and in little time', async () => {
  assert.deepEqual(await fuzz({ seed: 1, inputs: 2000 }), []);
});
