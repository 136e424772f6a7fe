import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedOf, cpuPer1000 } from './cost.ts';

const engines = new Map([
  ['kafka', 2],
  ['redis', 3],
]);

test('an engine that takes part and cannot be counted is refused, not printed as 0', () => {
  assert.throws(
    () => countedOf({ metrics: true, email: false }, 1, engines),
    /What elasticsearch costs cannot be counted/,
  );
  assert.throws(() => countedOf({ metrics: false, email: true }, 1, engines), /What inbox costs/);
});

test('an engine that takes no part is not counted', () => {
  const counted = countedOf({ metrics: false, email: false }, 1, new Map([...engines, ['postgres', 9]]));
  assert.deepEqual(
    [...counted],
    [
      ['system', 1],
      ['kafka', 2],
      ['redis', 3],
    ],
  );
});

test('the client costs what it costs, like every other process', () => {
  const usage = (cpuSeconds: number) => ({ cpuSeconds, residentMegabytes: 1 });
  const before = new Map([['client', usage(1)]]);
  assert.deepEqual(
    cpuPer1000(
      before,
      new Map([
        ['client', usage(3)],
        ['kafka', usage(4)],
      ]),
      2000,
    ),
    { client: 1, kafka: 2 },
  );
});
