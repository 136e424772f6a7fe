import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { LoadOptions } from './options.ts';
import { type Progress, type RunHooks, runLoad } from './run.ts';
import { kafkaAway, startTestGateway, type Treatment } from './testGateway.fixture.ts';

async function run(options: LoadOptions, treat?: (index: number) => Treatment, hooks?: RunHooks) {
  const { address, received, stop } = await startTestGateway(treat);
  const report = await runLoad({ address, ...options }, hooks).finally(stop);
  return { report, received };
}

for (const protocol of ['unary', 'stream'] as const) {
  test(`${protocol}: every order arrives as it was planned, with its run, and is acknowledged`, async () => {
    const { report, received } = await run({ rate: 500, count: 100, run: 'r1', clock: 20, protocol });
    assert.equal(report.orders.acknowledged, 100);
    assert.equal(report.orders.different, 100);
    assert.deepEqual(report.errors, []);
    assert.equal(received.length, 100);
    assert.ok(received.every(({ run }) => run?.id === 'r1' && run.distribution === 'constant' && run.clock === 20));
    assert.ok(received.every(({ idempotencyKey }) => idempotencyKey === ''));
    assert.equal(new Set(received.map(({ details }) => details?.email)).size > 90, true);
    assert.ok(report.lag && report.service && report.fromIntended);
    assert.ok(report.fromIntended.max >= report.service.p50);
  });

  test(`${protocol}: refusals are counted by their code, and the run goes on`, async () => {
    const invalid = { code: status.INVALID_ARGUMENT, message: 'email is not an e-mail address' };
    const treat = (index: number) => (index < 10 ? kafkaAway : index < 15 ? invalid : 'accept');
    const { report } = await run({ rate: 500, count: 50, protocol }, treat);
    assert.equal(report.orders.acknowledged, 35);
    assert.equal(report.orders.failed, 15);
    assert.deepEqual(report.errors, [
      { code: 'UNAVAILABLE', orders: 10, reason: 'Kafka does not answer' },
      { code: 'INVALID_ARGUMENT', orders: 5, reason: invalid.message },
    ]);
  });

  test(`${protocol}: a gateway that dies fails the orders in flight and loses none from the count`, async () => {
    const { address, stop } = await startTestGateway(() => 'ignore');
    const onProgress = ({ sent }: Progress) => sent === 50 && stop();
    const report = await runLoad({ address, rate: 500, count: 50, protocol }, { onProgress }).finally(stop);
    assert.equal(report.orders.failed, 50);
    assert.match(report.errors.map(({ code }) => code).join(), /^(UNAVAILABLE|CANCELLED)$/);
  });

  test(`${protocol}: a stop ends the sending, gives up the answers that stay away, and reports both`, async () => {
    const stop = new AbortController();
    const onProgress = ({ sent }: Progress) => sent >= 20 && stop.abort();
    const hooks = { onProgress, signal: stop.signal };
    const { report } = await run(
      { rate: 100, count: 10_000, protocol },
      (index) => (index === 3 ? 'ignore' : 'accept'),
      hooks,
    );
    assert.equal(report.stopped, true);
    assert.ok(report.orders.sent >= 20 && report.orders.sent < 1_000);
    assert.deepEqual(
      report.errors.map(({ code, orders }) => [code, orders]),
      [['CANCELLED', 1]],
    );
    assert.equal(report.orders.notSent.stopped, 10_000 - report.orders.sent);
    assert.equal(report.orders.acknowledged, report.orders.sent - 1);
  });
}

test('what would be more in flight than allowed is not sent, and counted', async () => {
  const { address, stop } = await startTestGateway(() => 'ignore');
  const onProgress = ({ sent, notSent }: Progress) => sent + notSent === 100 && stop();
  const report = await runLoad({ address, rate: 1_000, count: 100, maxInFlight: 7 }, { onProgress }).finally(stop);
  assert.equal(report.orders.sent, 7);
  assert.equal(report.orders.notSent.inFlight, 93);
});

test('an order more than a second behind its moment is not sent, and counted', async () => {
  const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
  const treat = (index: number): Treatment => {
    if (index === 0) block();
    return 'accept';
  };
  const { report } = await run({ rate: 100, count: 200 }, treat);
  assert.ok(report.orders.notSent.late >= 10, `${report.orders.notSent.late}`);
  assert.equal(report.orders.acknowledged, 200 - report.orders.notSent.late);
  assert.ok(report.lag && report.lag.max > 900 && report.lag.max <= 1_010);
});

test('warm-up orders have a run of their own and are in no figure', async () => {
  const phases = new Set<string>();
  const hooks = { onProgress: ({ phase }: Progress) => void phases.add(phase) };
  const { report, received } = await run({ rate: 500, count: 40, warmup: 60, run: 'r2' }, undefined, hooks);
  const of = (id: string) => received.filter(({ run }) => run?.id === id).length;
  assert.deepEqual([of('r2-warmup'), of('r2')], [60, 40]);
  assert.equal(report.orders.planned, 40);
  assert.deepEqual([...phases], ['warm-up', 'load']);
});

test('repeated orders carry the same idempotency key and details, and come back as one order', async () => {
  const { report, received } = await run({ rate: 1_000, count: 200, keySkew: 1.5, run: 'r3' });
  assert.equal(report.orders.acknowledged, 200);
  assert.equal(report.orders.different, report.plan.differentKeys);
  assert.ok(report.orders.different < 150);
  const first = received.filter(({ idempotencyKey }) => idempotencyKey === 'r3:0');
  assert.ok(first.length > 20);
  assert.equal(new Set(first.map(({ details }) => JSON.stringify(details))).size, 1);
});

test('the plan is told before the first order is sent, and the report is JSON as it is', async () => {
  let told: string | undefined;
  const { received, address, stop } = await startTestGateway();
  const onPlan = ({ plan }: { plan: { hash: string } }) => {
    told = plan.hash;
    assert.equal(received.length, 0);
  };
  const report = await runLoad({ address, distribution: 'poisson', rate: 200, count: 300 }, { onPlan }).finally(stop);
  assert.equal(report.plan.hash, told);
  assert.deepEqual(JSON.parse(JSON.stringify(report)).perSecond, report.perSecond);
  assert.equal(
    report.perSecond.reduce((sum, { planned }) => sum + planned, 0),
    300,
  );
  assert.equal(
    report.perSecond.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    300,
  );
  assert.equal(
    report.histogram.reduce((sum, { orders }) => sum + orders, 0),
    300,
  );
});

test('when no gateway answers it says where and what to do', async () => {
  const closed = await startTestGateway();
  closed.stop();
  await assert.rejects(runLoad({ address: closed.address, rate: 1, count: 1 }), {
    name: 'Trouble',
    message: new RegExp(`No gateway answers at ${closed.address}.*npm start.*--address`),
  });
});

test('a proxy that the shell names has nothing to do with the way to the gateway', async () => {
  const before = process.env.grpc_proxy;
  process.env.grpc_proxy = 'http://127.0.0.1:9';
  try {
    const { report } = await run({ rate: 500, count: 5 });
    assert.equal(report.orders.acknowledged, 5);
  } finally {
    if (before === undefined) delete process.env.grpc_proxy;
    else process.env.grpc_proxy = before;
  }
});
