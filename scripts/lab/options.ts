/** What the lab can be told: one table of flags, checked by one schema, with every choice made. */
import { z } from 'zod';
import { type KindName, kindNames } from '../../functions/messages/message.ts';
import { type Durability, durabilities } from '../../functions/messages/settings.ts';
import { passedNames, storeNames, storeOf, type TargetName, targetNames } from '../../functions/messages/targets.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { listed, numeric, oneOf } from '../../infra/commandLine.ts';
import { Mistake } from '../../infra/faults.ts';
import { distributionNames } from '../load/distributions.ts';
import type { ProduceOptions } from './produce.ts';
import type { Pace } from './record/result.ts';

const list = listed('is a list like Chile,Santiago');
const above = (what: string) => numeric(z.number(what).positive(what).optional());
const port = 'is a port';
const whole = 'is a whole number of messages above 0';

/** Each option by itself: what a flag's text, or a program's value, may be. */
export const labShape = {
  message: oneOf(kindNames).optional(),
  mode: oneOf(['save', ...passedNames]).optional(),
  store: oneOf(storeNames).optional(),
  count: numeric(z.number(whole).int(whole).positive(whole).max(100_000_000, whole).optional()),
  rate: above('is messages per second above 0'),
  max: z.boolean().default(false),
  duration: above('is seconds above 0'),
  distribution: oneOf(distributionNames).default('constant'),
  seed: numeric(z.number('is a whole number').int('is a whole number').default(1)),
  source: z.string().min(1).default('synthetic'),
  track: list.default([]),
  lang: list.default([]),
  durability: oneOf(durabilities).default('disk'),
  rest: numeric(z.number('is seconds').min(0, 'is seconds').max(60, 'is at most 60 s').default(3)),
  out: z.string().min(1).optional(),
  port: numeric(z.number(port).int(port).min(0, port).max(65_535, port).default(8090)),
  language: oneOf(languages).default('es'),
  force: z.boolean().default(false),
};
const schema = z.strictObject(labShape);
/** Checked, and with the defaults filled in; what is undefined was not given. */
export type Options = z.infer<typeof schema>;

/** Messages of a backlog unless told: as many posts as the older implementation stored. */
export const usualCount = 160_000;
const usualRate = 2000;
const usualSeconds = 10;

/** @throws Mistake that names every flag at fault and what it takes */
export function checkOptions(given: Record<string, unknown>): Options {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
  throw new Mistake('flag', faults.join('\n'));
}

/** What the producer is told. @throws Mistake where the flags contradict each other */
export function produceOptions(
  kind: KindName,
  options: Options,
): RunOptions['produce'] & { count: number | undefined } {
  const { rate, max, count, duration, distribution, seed, source, track, lang } = options;
  if (rate !== undefined && max) throw new Mistake('flag', '--max means no rate: leave out --max or --rate');
  return { kind, source, seed, track, languages: lang, rate, count: count as number, duration, distribution };
}

/** One run, with every choice made. */
export type RunOptions = Readonly<{
  produce: ProduceOptions & { count: number };
  target: TargetName;
  pace: Pace;
  durability: Durability;
  /** Seconds for which all is up and nothing is sent. */
  rest: number;
  /** Empties somebody else's engine too of what no run filled. */
  force: boolean;
}>;

/** The flags that name a target. */
export function modeOf(target: TargetName): Pick<Options, 'mode' | 'store'> {
  const store = storeOf(target);
  return store ? { mode: 'save', store } : { mode: passedNames.find((name) => name === target) };
}

function targetFrom({ mode, store }: Options): TargetName {
  if (mode === undefined) throw new Mistake('flag', `--mode is missing: save, ${passedNames.join(' or ')}`);
  if (mode !== 'save') {
    if (store) throw new Mistake('flag', `--store ${store} belongs to --mode save`);
    return mode;
  }
  if (!store) throw new Mistake('flag', `--store is missing: ${storeNames.join(', ')}`);
  return store;
}

/** A run as the flags say it: a rate makes it live, else it is a backlog. @throws Mistake naming what is missing */
export function runOptions(options: Options): RunOptions {
  if (!options.message) throw new Mistake('flag', `--message is missing: ${kindNames.join(' or ')}`);
  return runOf(options.message, targetFrom(options), options.rate === undefined ? 'backlog' : 'live', options);
}

function runOf(message: KindName, target: TargetName, pace: Pace, options: Options): RunOptions {
  if (!['synthetic'].includes(options.source) && !options.source.startsWith('file:')) {
    throw new Mistake('flag', '--source of a run is synthetic or file:<path>: a live stream has no end and no proof');
  }
  const { durability, rest, force } = options;
  const rate = pace === 'live' ? (options.rate ?? usualRate) : undefined;
  const count = options.count ?? (rate ? Math.round(rate * (options.duration ?? usualSeconds)) : usualCount);
  const produce = { ...produceOptions(message, { ...options, rate, duration: undefined, max: false }), count };
  return { produce, target, pace, durability, rest, force };
}

/** Every combination: each kind of message into each target, as a backlog and live. */
export function compareOptions(options: Options): RunOptions[] {
  const messages = options.message ? [options.message] : kindNames;
  const wanted = targetNames.filter((name) => options.store === undefined || storeOf(name) === options.store);
  const { count: _, ...live } = options;
  return messages.flatMap((message) =>
    wanted.flatMap((target) => [
      runOf(message, target, 'backlog', { ...options, rate: undefined }),
      runOf(message, target, 'live', live),
    ]),
  );
}
