import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata } from '@grpc/grpc-js';
import { traceIdOf } from './trace.ts';

const withParent = (value: string): Metadata => {
  const metadata = new Metadata();
  metadata.set('traceparent', value);
  return metadata;
};

test("a call joins its caller's trace", () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  assert.equal(traceIdOf(withParent(parent)), '0af7651916cd43dd8448eb211c80319c');
});

for (const value of [
  '',
  'nonsense',
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
]) {
  test(`a call with the traceparent "${value}" begins a trace of its own`, () => {
    const ids = Array.from({ length: 1000 }, () => traceIdOf(withParent(value)));
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(new Set(ids).size, ids.length);
  });
}
