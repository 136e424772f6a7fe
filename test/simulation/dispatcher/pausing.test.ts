/** How long brokers may hold a fetch: a long time where nothing but records is waited for, a short one where a partition is paused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualWaits } from '../../../infra/dispatcher/invoke/functionWorker.ts';
import { Stage } from './stage.ts';

test('a partition that was full and has room again stands still for a short time at most, and brokers are asked rarely when all is read', async () => {
  const takes = 3;
  await Stage.with({ event: { batchSize: 1000 }, work: () => ({ takes }) }, async (stage) => {
    for (let batch = 0; batch < 100; batch++) stage.append(Array(1000).fill('x'.repeat(200)));
    await stage.start();
    await stage.until('the first', () => stage.delivered.length > 0);
    const since = stage.time.elapsed;
    await stage.until('all', () => stage.delivered.length === 100_000);
    const stood = stage.time.elapsed - since - 100 * takes;
    assert.ok(stood < 2 * usualWaits.shortFetch, `it stood still for ${stood} ms`);
    const held = new Set<unknown>();
    stage.kafka.trace.listen(({ exchange }) => {
      if (exchange?.api === 'Fetch') held.add(Object(exchange.request).maxWaitTime);
    });
    await stage.time.pass(1000);
    held.clear();
    await stage.time.pass(1000);
    assert.deepEqual([...held], [usualWaits.fetch]);
  });
});
