/** The promise of ordering, held by the parts that keep it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { World } from './batcher.fixture.ts';
import { cases } from './batcherCases.fixture.ts';

test('ordering: no record is skipped and no lane is out of order, over failures, rebalances and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const world = new World(given);
      await world.run();
      assert.deepEqual(
        [...world.completed].sort((a, b) => a - b),
        [...given.keys.keys()],
        'every record was done',
      );
      assert.ok(Math.max(...world.delivered.map(({ length }) => length)) <= given.batchSize);
    }),
    { numRuns: 150 },
  );
});
