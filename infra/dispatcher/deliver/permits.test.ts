import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Permits } from './permits.ts';

test('whoever looks for a free permit many times while one is used for long waits for one and the same', async () => {
  const permits = new Permits(1);
  permits.tryAcquire();
  const first = permits.free();
  assert.equal(permits.free(), first);
  permits.release();
  await first;
  permits.tryAcquire();
  assert.notEqual(permits.free(), first);
});
