/** What the lab can be told: one table of flags, checked by one schema, with every choice made. */
import { z } from 'zod';
import { type KindName, kindNames } from '../../functions/messages/message.ts';
import { durabilities } from '../../functions/messages/settings.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { BadInput } from '../load/badInput.ts';
import { distributionNames } from '../load/distributions.ts';
import type { Pace } from './record/result.ts';
import type { RunOptions } from './run.ts';
import { storeNames } from './stores/stores.ts';
import { type TargetName, targetOf } from './targets.ts';

const oneOf = <T extends string>(names: readonly T[]) => z.enum(names as [T, ...T[]], `is one of ${names.join(', ')}`);
const list = z
  .string()
  .transform((text) => text.split(',').map((word) => word.trim()))
  .pipe(z.array(z.string().min(1, 'is a list like Chile,Santiago')).min(1));
const above = (what: string) => z.coerce.number(what).positive(what);
const whole = (what: string) => z.coerce.number(what).int(what).positive(what).max(100_000_000, what);

export const schema = z.strictObject({
  message: oneOf(kindNames).optional(),
  mode: oneOf(['show', 'save', 'none']).optional(),
  store: oneOf(storeNames).optional(),
  count: whole('is a whole number of messages above 0').optional(),
  rate: above('is messages per second above 0').optional(),
  max: z.boolean().default(false),
  duration: above('is seconds above 0').optional(),
  distribution: oneOf(distributionNames).default('constant'),
  seed: z.coerce.number('is a whole number').int('is a whole number').default(1),
  source: z.string().min(1).default('synthetic'),
  track: list.default([]),
  lang: list.default([]),
  durability: oneOf(durabilities).default('disk'),
  rest: z.coerce.number('is seconds').min(0, 'is seconds').max(60, 'is at most 60 s').default(3),
  out: z.string().min(1).optional(),
  port: z.coerce.number('is a port').int('is a port').min(0, 'is a port').max(65_535, 'is a port').default(8090),
  language: oneOf(languages).default('es'),
});
export type Options = z.infer<typeof schema>;
export type Given = z.input<typeof schema>;

/** Messages of a backlog unless told: as many posts as the older implementation stored. */
export const usualCount = 160_000;
const usualRate = 2000;
const usualSeconds = 10;

/** @throws BadInput that names every flag at fault and what it takes */
export function checkOptions(given: Record<string, unknown>): Options {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
  throw new BadInput(faults.join('\n'));
}

/** What the producer is told. @throws BadInput where the flags contradict each other */
export function produceOptions(
  kind: KindName,
  options: Options,
): RunOptions['produce'] & { count: number | undefined } {
  const { rate, max, count, duration, distribution, seed, source, track, lang } = options;
  if (rate !== undefined && max) throw new BadInput('--max means no rate: leave out --max or --rate');
  return { kind, source, seed, track, languages: lang, rate, count: count as number, duration, distribution };
}

function targetFrom({ mode, store }: Options): TargetName {
  if (mode === undefined) throw new BadInput('--mode is missing: show, save or none');
  if (mode !== 'save') {
    if (store) throw new BadInput(`--store ${store} belongs to --mode save`);
    return mode;
  }
  if (!store) throw new BadInput(`--store is missing: ${storeNames.join(', ')}`);
  return store;
}

/** A run as the flags say it: a rate makes it live, else it is a backlog. @throws BadInput naming what is missing */
export function runOptions(options: Options): RunOptions {
  if (!options.message) throw new BadInput(`--message is missing: ${kindNames.join(' or ')}`);
  return runOf(options.message, targetFrom(options), options.rate === undefined ? 'backlog' : 'live', options);
}

function runOf(message: KindName, target: TargetName, pace: Pace, options: Options): RunOptions {
  if (!['synthetic'].includes(options.source) && !options.source.startsWith('file:')) {
    throw new BadInput('--source of a run is synthetic or file:<path>: a live stream has no end and no proof');
  }
  const { durability, rest } = options;
  const rate = pace === 'live' ? (options.rate ?? usualRate) : undefined;
  const count = options.count ?? (rate ? Math.round(rate * (options.duration ?? usualSeconds)) : usualCount);
  const produce = { ...produceOptions(message, { ...options, rate, duration: undefined, max: false }), count };
  return { produce, target, pace, durability, rest };
}

/** Every combination: each kind of message into each target, as a backlog and live. */
export function compareOptions(options: Options): RunOptions[] {
  const messages = options.message ? [options.message] : kindNames;
  const all: readonly TargetName[] = ['none', 'show', ...storeNames];
  const wanted = all.filter((name) => options.store === undefined || targetOf(name).store === options.store);
  const { count: _, ...live } = options;
  return messages.flatMap((message) =>
    wanted.flatMap((target) => [
      runOf(message, target, 'backlog', { ...options, rate: undefined }),
      runOf(message, target, 'live', live),
    ]),
  );
}
