import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { orderSchema } from '../../functions/orders/records.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import { startTrial } from '../../infra/gateway/gateway.fixture.ts';
import { runLoad } from './run.ts';

let trial: Awaited<ReturnType<typeof startTrial>>;
before(async () => {
  trial = await startTrial();
});
after(() => trial.end());

/** How many orders were acknowledged: all but those that were too late to send, on a machine that has much else to do. */
function acknowledgedOf({ orders }: Awaited<ReturnType<typeof runLoad>>): number {
  const { planned, sent, acknowledged, notSent } = orders;
  assert.deepEqual([planned, sent + notSent.late, acknowledged], [300, 300, sent]);
  assert.ok(acknowledged > 0);
  return acknowledged;
}

for (const protocol of ['unary', 'stream'] as const) {
  test(`${protocol}: what the report calls acknowledged is in Kafka, under the run's name and clock`, async () => {
    const run = `engine-${protocol}`;
    const load = {
      distribution: 'poisson',
      rate: 300,
      count: 300,
      clock: 50,
      warmup: 20,
      seed: 4,
      run,
      protocol,
    } as const;
    const report = await runLoad({ ...load, address: trial.address });
    const acknowledged = acknowledgedOf(report);
    const stored = (await trial.stored(commandTopic('process'))).map(({ value }) => orderSchema.parse(value));
    const mine = stored.filter((order) => order.run === run);
    assert.equal(mine.length, acknowledged);
    assert.ok(mine.every(({ clock, distribution }) => clock === 50 && distribution === 'poisson'));
    assert.equal(stored.filter((order) => order.run === `${run}-warmup`).length, 20);
  });
}

test('repeated orders are stored under one id for each different order', async () => {
  const report = await runLoad({ address: trial.address, rate: 500, count: 300, keySkew: 1.2, run: 'engine-skew' });
  const stored = (await trial.stored(commandTopic('process'))).map(({ value }) => orderSchema.parse(value));
  const ids = new Set(stored.filter(({ run }) => run === 'engine-skew').map(({ orderId }) => orderId));
  assert.ok(ids.size < acknowledgedOf(report));
  assert.equal(report.orders.different, ids.size);
});
