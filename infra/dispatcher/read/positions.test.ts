import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readGaps, writeGaps } from './positions.ts';

const offsets = fc.uniqueArray(fc.nat(5000), { maxLength: 2000 }).map((list) => list.sort((a, b) => a - b));

test('positions: what is done above the watermark comes back from the metadata of a commit', () => {
  fc.assert(
    fc.property(fc.nat(1e9), offsets, (watermark, above) => {
      const done = above.map((offset) => watermark + 1 + offset);
      const metadata = writeGaps(watermark, done);
      assert.ok(metadata.length < 4096);
      const read = [...readGaps(watermark, metadata)];
      assert.deepEqual(read, done.slice(0, read.length), 'what is read was done, from the lowest on');
      if (metadata.length < 3900) assert.equal(read.length, done.length);
    }),
  );
});

test('positions: metadata that somebody else wrote is no information', () => {
  for (const metadata of ['', 'hello', 'done+', 'done+1', 'done+1.1', 'done+-1.1,', 'done+1.x!,']) {
    assert.equal(readGaps(5, metadata).size, 0, metadata);
  }
});
