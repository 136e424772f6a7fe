/**
 * The one table of arrival processes. Each generator yields ascending moments, in seconds from the start of the
 * run, for ever: the plan takes as many as it needs. All keep the mean rate that was asked for.
 *
 * `dispersion` is what the process promises for the index of dispersion: variance over mean of the number of
 * orders in windows of `window` seconds. 0 is a clock, 1 is pure chance, more is burstier; null: nothing promised.
 */
import { at } from '../../infra/at.ts';
import { namesOf } from '../../infra/namesOf.ts';
import type { Random } from './random.ts';

/** Orders per second, and the seconds over which a shape (ramp, step, spike, sine) is laid out. */
type Span = Readonly<{ rate: number; seconds: number }>;

/** A row of the table. */
type Distribution = Readonly<{
  about: string;
  arrivals(span: Span, random: Random): Generator<number, never>;
  dispersion(rate: number, window: number): number | null;
}>;

/** Orders that come at the same moment in a burst. */
const burstSize = 20;

/** Heaviness of the Pareto tail: the variance of the gaps is finite, their third moment is not. */
const paretoShape = 2.5;

/** States of the modulated Poisson process: rate as a multiple of the mean, and mean stay in seconds. */
const quiet = { level: 0.5, stay: 4 };
const busy = { level: 3, stay: 1 };

const stairs = [0.4, 0.8, 1.2, 1.6];
const spike = { from: 0.45, to: 0.55, base: 0.5, top: 5.5 };
const sine = { waves: 2, swing: 0.8 };

function* gaps(span: Span, gap: (mean: number) => number): Generator<number, never> {
  for (let moment = gap(1 / span.rate); ; moment += gap(1 / span.rate)) yield moment;
}

function* constant({ rate }: Span): Generator<number, never> {
  for (let index = 0; ; index++) yield (index + 0.5) / rate;
}

function* bursts({ rate }: Span, random: Random): Generator<number, never> {
  for (let moment = 0; ; ) {
    moment += random.exponential(burstSize / rate);
    for (let order = 0; order < burstSize; order++) yield moment;
  }
}

function* modulated({ rate }: Span, random: Random): Generator<number, never> {
  let state = random.fraction() * (quiet.stay + busy.stay) < busy.stay ? busy : quiet;
  let moment = 0;
  let change = random.exponential(state.stay);
  for (;;) {
    const next = moment + random.exponential(1 / (rate * state.level));
    if (next < change) {
      moment = next;
      yield moment;
    } else {
      moment = change;
      state = state === busy ? quiet : busy;
      change += random.exponential(state.stay);
    }
  }
}

/**
 * Poisson arrivals whose rate follows `level`: the multiple of the mean rate at each part (0 to 1) of the run, 1 on
 * average and at most `peak`. Made by thinning a Poisson process of the peak rate. After the run its end goes on.
 */
function shape(about: string, peak: number, variance: number, level: (part: number) => number): Distribution {
  return {
    about,
    *arrivals({ rate, seconds }, random) {
      for (let moment = 0; ; ) {
        moment += random.exponential(1 / (rate * peak));
        if (random.fraction() * peak < level(Math.min(moment / seconds, 1))) yield moment;
      }
    },
    dispersion: (rate, window) => 1 + variance * rate * window,
  };
}

/** What a two-state modulated Poisson process promises (Fischer and Meier-Hellstern's formula). */
function modulatedDispersion(rate: number, window: number): number {
  const toQuiet = 1 / busy.stay;
  const toBusy = 1 / quiet.stay;
  const change = toQuiet + toBusy;
  const spread = (2 * rate * (busy.level - quiet.level) ** 2 * toQuiet * toBusy) / change ** 3;
  return 1 + spread * (1 - (1 - Math.exp(-change * window)) / (change * window));
}

/** By the names that `--distribution` takes; `--help` tells `about`. */
const distributions = {
  constant: {
    about: 'one order every 1/rate s',
    arrivals: constant,
    dispersion: () => 0,
  },
  uniform: {
    about: 'gaps spread evenly between 0 and 2/rate s',
    arrivals: (span, random) => gaps(span, (mean) => 2 * mean * random.fraction()),
    // Renewal theory: squared coefficient of variation of the gaps, and its correction for a short window.
    dispersion: (rate, window) => 1 / 3 + 2 / 9 / (rate * window),
  },
  poisson: {
    about: 'pure chance: exponential gaps',
    arrivals: (span, random) => gaps(span, (mean) => random.exponential(mean)),
    dispersion: () => 1,
  },
  burst: {
    about: `${burstSize} orders at the same moment, the bursts as in poisson`,
    arrivals: bursts,
    dispersion: () => burstSize,
  },
  ramp: shape('from 0 to twice the rate', 2, 1 / 3, (part) => 2 * part),
  step: shape(`four stairs: ${stairs.map((level) => `${level}x`).join(', ')} the rate`, 1.6, 0.2, (part) =>
    at(stairs, Math.min(Math.floor(part * stairs.length), stairs.length - 1)),
  ),
  spike: shape(
    `${spike.base}x the rate, and ${spike.top}x for the tenth of the run in its middle`,
    spike.top,
    2.25,
    (part) => (part >= spike.from && part < spike.to ? spike.top : spike.base),
  ),
  sine: shape(
    `${sine.waves} waves between ${(1 - sine.swing).toFixed(1)}x and ${1 + sine.swing}x the rate`,
    1 + sine.swing,
    sine.swing ** 2 / 2,
    (part) => 1 + sine.swing * Math.sin(2 * Math.PI * sine.waves * part),
  ),
  pareto: {
    about: `heavy-tailed gaps (Pareto, shape ${paretoShape}): packs of orders and long silences`,
    arrivals: (span, random) =>
      gaps(span, (mean) => mean * (paretoShape - 1) * ((1 - random.fraction()) ** (-1 / paretoShape) - 1)),
    dispersion: () => null,
  },
  mmpp: {
    about: `poisson that switches between ${quiet.level}x the rate (for ${quiet.stay} s on average) and ${busy.level}x (${busy.stay} s)`,
    arrivals: modulated,
    dispersion: modulatedDispersion,
  },
} as const satisfies Record<string, Distribution>;

export type DistributionName = keyof typeof distributions;
/** In the order of the table. */
export const distributionNames = namesOf(distributions);

/** The row of a distribution, with its literal type widened so that code can treat all rows alike. */
export const distribution = (name: DistributionName): Distribution => distributions[name];
