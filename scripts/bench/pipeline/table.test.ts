import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from './measure.ts';
import { head, intakeHead, intakeLine, line, type Pair } from './table.ts';

const three = { p50: 1, p99: 2, max: 3 };
const pair = (perSecond: number, sketch: number, rate?: number): Pair => ({
  result: {
    name: 'a',
    orders: 10,
    wait: 0,
    metrics: false,
    email: false,
    ...(rate === undefined ? {} : { rate }),
    perSecond,
    intake: three,
    lateness: three,
    cpuSecondsPer1000: { client: 1, system: 1 },
    residentMegabytes: {},
  } satisfies Result,
  sketch: { perSecond: sketch, cpuSecondsPer1000: { client: 0.5, kafka: 0.5 } },
});
const lineOf = (pairs: readonly [Pair, ...Pair[]]) => line(pairs[0].result, pairs);
const cell = (cells: readonly string[], name: string, from = 0) => cells[head.indexOf(name, from)];

test('each run is compared with the sketch right before it', () => {
  const cells = lineOf([pair(50, 100), pair(30, 50), pair(40, 100)]);
  assert.equal(cell(cells, 'of the sketch'), '0.50 (0.40–0.60)');
});

test('orders per CPU second count every process, the client as well', () => {
  const cells = lineOf([pair(50, 100)]);
  assert.equal(cell(cells, 'orders per CPU s'), '500');
  assert.equal(cell(cells, 'of the sketch', 4), '0.50');
});

test('a rate by the clock has no ratio to what runs as fast as it can', () => {
  assert.equal(cell(lineOf([pair(50, 100, 50)]), 'of the sketch'), '');
});

test('the intake is compared with the bare server right before it, by orders per second and by what an order costs', () => {
  const intake = (perSecond: number, cpuSecondsPer1000: number) => ({
    perSecond,
    cpuSecondsPer1000,
    p50Milliseconds: 1,
    p99Milliseconds: 2,
    residentMegabytes: 3,
  });
  const cells = intakeLine('stream', [{ gateway: intake(80, 0.2), bare: intake(100, 0.1) }]);
  const ratio = intakeHead.indexOf('of a bare server');
  assert.equal(cells.length, intakeHead.length);
  assert.equal(cells[ratio], '0.80');
  assert.equal(cells[intakeHead.indexOf('of a bare server', ratio + 1)], '2.00');
});
