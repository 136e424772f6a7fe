import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { Outcomes } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { reportCsv, senderWarning } from './report.ts';
import type { LoadReport } from './run.ts';
import { figures } from './statistics.ts';

/** Four orders in 2 s: a fast one, one sent late, one refused, one that was not sent. */
function finishedRun(): { plan: Plan; outcomes: Outcomes } {
  const moments = Float64Array.of(0, 500, 1_000, 1_500);
  const plan = {
    ...{ hash: 'abc', rate: 2, seconds: 2, moments, keys: Uint32Array.of(0, 1, 2, 3), differentKeys: 4 },
    details: () => assert.fail('figures need no details'),
    dispersion: { window: 5, promised: 1 },
  };
  const outcomes = new Outcomes(4);
  outcomes.send(0, 1);
  outcomes.send(1, 600);
  outcomes.send(2, 1_000);
  outcomes.acknowledge(0, 11, 'a');
  outcomes.acknowledge(1, 3_100, 'b');
  outcomes.fail(2, 1_001, status.UNAVAILABLE, 'Kafka does not answer');
  outcomes.giveUp(3, 'inFlight');
  return { plan, outcomes };
}

test('lag counts to the sending, service from it, and a wait from the intended moment', () => {
  const { plan, outcomes } = finishedRun();
  const { lag, service, fromIntended } = figures(plan, outcomes);
  const near = (found: number | undefined, wanted: number) => assert.ok(found && Math.abs(found / wanted - 1) < 0.002);
  near(lag?.max, 100);
  near(service?.p50, 10);
  near(service?.max, 2_500);
  near(fromIntended?.p50, 11);
  near(fromIntended?.p999, 2_600);
});

test('rates are of the whole run, until the last answer', () => {
  const { plan, outcomes } = finishedRun();
  const { seconds, rate, orders, errors } = figures(plan, outcomes);
  assert.equal(seconds, 3.1);
  assert.deepEqual(rate, { offered: 2, sent: 3 / 3.1, achieved: 2 / 3.1 });
  assert.deepEqual(orders, {
    ...{ planned: 4, sent: 3, acknowledged: 2, failed: 1, different: 2 },
    notSent: { inFlight: 1, late: 0, stopped: 0 },
  });
  assert.deepEqual(errors, [{ code: 'UNAVAILABLE', orders: 1, reason: 'Kafka does not answer' }]);
});

test('each thing is counted in the second in which it happened', () => {
  const { plan, outcomes } = finishedRun();
  const rows = figures(plan, outcomes).perSecond.map(({ planned, sent, acknowledged, failed, notSent }) => {
    return [planned, sent, acknowledged, failed, notSent];
  });
  assert.deepEqual(rows, [
    [2, 2, 1, 0, 0],
    [2, 1, 0, 1, 1],
    [0, 0, 0, 0, 0],
    [0, 0, 1, 0, 0],
  ]);
});

test('the histogram has ten rows to a power of ten and every acknowledged order', () => {
  const { plan, outcomes } = finishedRun();
  const { histogram } = figures(plan, outcomes);
  assert.equal(
    histogram.reduce((sum, { orders }) => sum + orders, 0),
    2,
  );
  assert.ok(Math.abs((histogram[0]?.upTo ?? 0) - 12.589) < 0.001);
  assert.ok(Math.abs((histogram[10]?.upTo ?? 0) / 125.89 - 1) < 0.001);
});

test('the CSV has a row per order, and leaves empty what did not happen', () => {
  const { plan, outcomes } = finishedRun();
  assert.deepEqual([...reportCsv(plan, outcomes)].join('').split('\n'), [
    'id,intended,sent,answered,code',
    'a,0.000,1.000,11.000,OK',
    'b,500.000,600.000,3100.000,OK',
    ',1000.000,1000.000,1001.000,UNAVAILABLE',
    ',1500.000,,,not sent: too many in flight',
    '',
  ]);
});

test('a run that was stopped has the rate until then', () => {
  const { plan, outcomes } = finishedRun();
  const stopped = new Outcomes(4);
  stopped.send(0, 0);
  stopped.acknowledge(0, 500, 'a');
  for (const index of [1, 2, 3]) stopped.giveUp(index, 'stopped');
  const { seconds, rate, perSecond } = figures(plan, stopped);
  assert.deepEqual([seconds, rate.achieved, perSecond.length], [0.5, 2, 2]);
  assert.equal(figures(plan, outcomes).seconds, 3.1);
});

test('a run in which nothing was sent has figures all the same', () => {
  const { plan } = finishedRun();
  const outcomes = new Outcomes(4);
  for (let index = 0; index < 4; index++) outcomes.giveUp(index, 'stopped');
  const { lag, rate, histogram, perSecond } = figures(plan, outcomes);
  assert.deepEqual([lag, rate.achieved, histogram, perSecond.length], [null, 0, [], 2]);
});

test('a sender that was late itself is told, with what would cost it less', () => {
  const { plan, outcomes } = finishedRun();
  const report = (protocol: string) => ({ ...figures(plan, outcomes), load: { protocol } }) as LoadReport;
  assert.match(senderWarning(report('unary')) ?? '', /up to 100 ms late \(p99\).*--protocol stream/);
  assert.doesNotMatch(senderWarning(report('stream')) ?? '', /--protocol/);
  assert.equal(senderWarning({ ...report('unary'), lag: null }), undefined);
});
