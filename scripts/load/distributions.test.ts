import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveWords } from '../../functions/console/page/liveWords.ts';
import { dispersionWindow, indexOfDispersion } from './dispersion.ts';
import { type DistributionName, distribution, distributionNames } from './distributions.ts';
import { newRandom } from './random.ts';

const seeds = [1, 2, 3];

/** Enough for each process to settle: the modulated one changes state only every few seconds. */
const orders = (name: DistributionName): number => (name === 'mmpp' ? 400_000 : 40_000);

function draw(name: DistributionName, rate: number, seed: number): Float64Array {
  const count = orders(name);
  const arrivals = distribution(name).arrivals({ rate, seconds: count / rate }, newRandom(seed));
  return Float64Array.from({ length: count }, () => arrivals.next().value * 1_000);
}

for (const name of distributionNames) {
  for (const rate of [2, 200]) {
    test(`${name} at ${rate}/s ascends, keeps the mean rate and its promised dispersion`, () => {
      const runs = seeds.map((seed) => draw(name, rate, seed));
      const window = dispersionWindow(rate);
      const promised = distribution(name).dispersion(rate, window);
      let seconds = 0;
      for (const moments of runs) {
        assert.ok(moments.every((moment, index) => moment >= (moments[index - 1] ?? 0)));
        seconds += (moments.at(-1) as number) / 1_000;
        const found = indexOfDispersion(moments, window, orders(name) / rate) as number;
        if (promised !== null)
          assert.ok(Math.abs(found - promised) <= 0.08 * promised + 1e-9, `${found}, not ${promised}`);
      }
      const mean = (orders(name) * runs.length) / seconds;
      assert.ok(Math.abs(mean / rate - 1) < 0.03, `${mean} orders per second`);
    });
  }
}

test('only pareto promises no dispersion, and it is burstier than pure chance', () => {
  const silent = distributionNames.filter((name) => distribution(name).dispersion(1, 10) === null);
  assert.deepEqual(silent, ['pareto']);
  for (const seed of seeds) assert.ok((indexOfDispersion(draw('pareto', 200, seed), 0.05, 200) as number) > 1.5);
});

test('ramp, step, spike and sine have the shape that the help tells', () => {
  const share = (name: DistributionName, from: number, to: number) => {
    const moments = draw(name, 200, 5);
    return moments.filter((moment) => moment >= from * 200_000 && moment < to * 200_000).length / moments.length;
  };
  const about = (found: number, wanted: number) =>
    assert.ok(Math.abs(found - wanted) < 0.01, `${found}, not ${wanted}`);
  about(share('ramp', 0, 0.5), 0.25);
  about(share('step', 0, 0.25), 0.1);
  about(share('step', 0.75, 1), 0.4);
  about(share('spike', 0.45, 0.55), 0.55);
  about(share('sine', 0, 0.25), 0.25 + 0.8 / (2 * Math.PI));
});

test('burst sends twenty at the same moment', () => {
  const moments = draw('burst', 200, 1).slice(0, 2_000);
  assert.equal(new Set(moments).size, 100);
});

test('every distribution that a load can have is offered on the page', () => {
  assert.deepEqual(Object.keys(liveWords.distributions).sort(), [...distributionNames].sort());
});
