import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readProgress, writeProgress } from './progress.ts';

const places = fc
  .uniqueArray(
    fc.record({
      offset: fc.nat(5000),
      done: fc.boolean(),
      tried: fc.record({ deliveries: fc.integer({ min: 1, max: 12 }), retries: fc.nat(3) }, { noNullPrototype: true }),
    }),
    {
      maxLength: 2000,
      selector: ({ offset }) => offset,
    },
  )
  .map((list) => list.sort((a, b) => a.offset - b.offset));

test('progress: what is done above the watermark, and how often the rest was tried, comes back from the metadata', () => {
  fc.assert(
    fc.property(fc.nat(1e9), places, (watermark, list) => {
      const above = list.map((one) => ({ ...one, offset: watermark + one.offset }));
      const metadata = writeProgress(watermark, above);
      assert.ok(metadata.length < 4096);
      const { finished, tried } = readProgress(watermark, metadata);
      const kept = above.slice(0, finished.size + tried.size);
      assert.deepEqual(
        [...finished],
        kept.filter(({ done }) => done).map(({ offset }) => offset),
      );
      assert.deepEqual(
        [...tried],
        kept.filter(({ done }) => !done).map((one) => [one.offset, one.tried]),
      );
      if (metadata.length < 3900) assert.equal(kept.length, above.length, 'all that fits is kept');
    }),
  );
});

test('progress: what version 0.1 wrote is understood', () => {
  assert.deepEqual([...readProgress(100, 'done+1.2,3.1,').finished], [101, 102, 106]);
});

test('progress: metadata that somebody else wrote is no information', () => {
  const foreign = ['', 'hello', 'done+', 'done+1', 'done+1.1', 'done+-1.1,', 'done+1.x!,', 'done+1.zzzzzzz,'];
  for (const metadata of [...foreign, 'tried+1.1.1.1.1,', `tried+${'1.1,'.repeat(5000)}`]) {
    const { finished, tried } = readProgress(5, metadata);
    assert.equal(finished.size + tried.size, 0, metadata.slice(0, 40));
  }
});
