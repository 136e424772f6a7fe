import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { distributionNames } from './distributions.ts';
import { checkLoad, type LoadOptions } from './options.ts';
import { makePlan } from './plan.ts';

const folder = ownFolder();

const plan = (options: LoadOptions) => makePlan(checkLoad({ address: '127.0.0.1:1', ...options }));
const base = { distribution: 'poisson', rate: 100, count: 500 } as const;

test('the same flags and seed give the same plan and hash, whatever the run, clock and gateway', () => {
  const again = plan({ ...base, run: 'other', clock: 60, address: '127.0.0.1:2', maxInFlight: 1, warmup: 5 });
  assert.equal(plan(base).hash, again.hash);
  assert.deepEqual(plan(base).moments, again.moments);
  assert.match(again.hash, /^[0-9a-f]{16}$/);
});

test('the hash stays the same on every machine and in every version', () => {
  assert.equal(plan(base).hash, 'a051091076d2cae7');
});

test('another seed, distribution, rate, count or skew gives another hash', () => {
  const others: LoadOptions[] = [
    { seed: 2 },
    { distribution: 'uniform' },
    { rate: 101 },
    { count: 501 },
    { keySkew: 1 },
    { keySkew: 2 },
  ];
  const hashes = [base, ...others.map((other) => ({ ...base, ...other }))].map((options) => plan(options).hash);
  assert.equal(new Set(hashes).size, hashes.length);
});

test('a plan has exactly the count, or ends before the duration, and its moments ascend', () => {
  const options = fc.record({
    distribution: fc.constantFrom(...distributionNames),
    rate: fc.double({ min: 1, max: 2_000, noNaN: true }),
    seed: fc.integer(),
    orders: fc.integer({ min: 60, max: 600 }),
    byCount: fc.boolean(),
  });
  fc.assert(
    fc.property(options, ({ orders, byCount, ...options }) => {
      const { moments, seconds } = plan({
        ...options,
        // So long that even bursts of 20 leave no duration without any order.
        ...(byCount ? { count: orders } : { duration: (10 * orders) / options.rate }),
      });
      if (byCount) assert.equal(moments.length, orders);
      assert.ok(
        moments.every((moment, index) => moment >= (moments[index - 1] ?? 0) && moment <= seconds * 1_000 + 1e-6),
      );
    }),
  );
});

test('without a skew every order is a new one; with it the popular ones come again, with the same details', () => {
  assert.equal(plan(base).differentKeys, 500);
  const skewed = plan({ ...base, keySkew: 1.2 });
  assert.ok(skewed.differentKeys < 250, `${skewed.differentKeys}`);
  const popular = skewed.keys.filter((key) => key === 0).length;
  assert.ok(popular > 50, `${popular}`);
  assert.deepEqual(skewed.details(0), plan(base).details(0));
});

test('a CSV file gives each order once, or again from the top', () => {
  const csv = join(folder, 'orders.csv');
  const row = (product: string) => `${product},1,a,b,c,d,e,f@example.com`;
  const header = 'nombre_producto,precio,pasarela_pago,marca_tarjeta,banco,region,direccion,correo';
  writeFileSync(csv, [header, row('uno'), row('dos')].join('\n'));
  const products = (options: LoadOptions) => {
    const { keys, details } = plan(options);
    return [...keys].map((key) => details(key).product);
  };
  assert.deepEqual(products({ csv, rate: 5 }), ['uno', 'dos']);
  assert.deepEqual(products({ csv, rate: 5, count: 3 }), ['uno', 'dos', 'uno']);
});

test('a trace is followed as it is, whole or cut', () => {
  const file = join(folder, 'trace.txt');
  writeFileSync(file, '0.5\n1\n2.5\n');
  const distribution = `trace:${file}`;
  const { moments, rate, seconds, dispersion } = plan({ distribution });
  assert.deepEqual([...moments], [500, 1_000, 2_500]);
  assert.deepEqual([rate, seconds, dispersion.promised], [1.2, 2.5, null]);
  assert.deepEqual([...plan({ distribution, count: 2 }).moments], [500, 1_000]);
  assert.deepEqual([...plan({ distribution, duration: 2 }).moments], [500, 1_000]);
  assert.throws(() => plan({ distribution, count: 4 }), /--count 4 is more than the 3 moments/);
  assert.throws(() => plan({ distribution, duration: 0.1 }), /--duration 0\.1 ends before the first moment/);
});

test('a duration too short for any order is refused', () => {
  assert.throws(() => plan({ distribution: 'constant', rate: 0.1, duration: 1 }), /--duration 1 has no order/);
});
