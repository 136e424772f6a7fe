import { z } from 'zod';
import { readSettings } from '../../functions/settings.ts';
import { systemClock } from '../../infra/clock.ts';
import { dashed } from '../../infra/commandLine.ts';
import { Mistake } from '../../infra/faults.ts';
import { namesOf } from '../../infra/namesOf.ts';
import { type DistributionName, distributionNames } from './distributions.ts';

/** Orders per second of the three loads that the published system knows. */
export const presets = { baja: 0.5, media: 1, alta: 2 } as const;

/** The largest plan that is held in memory, in orders. */
export const mostOrders = 5_000_000;

const names = [...distributionNames, 'trace:<file>'].join(', ');

const count = (what: string) => z.number(what).int(what).max(mostOrders, what);

/** Each option by itself. */
export const loadShape = {
  distribution: z
    .union([z.enum(distributionNames), z.templateLiteral(['trace:', z.string().min(1)])], {
      error: ({ input }) => `"${input}" is none of ${names}`,
    })
    .default('constant'),
  rate: z
    .number('takes orders per second above 0, like 200')
    .positive('is above 0')
    .max(1e6, 'is at most 1000000')
    .optional(),
  preset: z.enum(namesOf(presets), `is one of ${namesOf(presets).join(', ')}`).optional(),
  count: count(`takes a whole number of orders from 1 to ${mostOrders}`).positive('is at least 1').optional(),
  duration: z.number('takes seconds above 0, like 30').positive('is above 0').optional(),
  csv: z.string().min(1, 'takes the name of a file').optional(),
  seed: z.number('takes a whole number').int('takes a whole number').default(1),
  clock: z.number('takes a factor above 0, like 20').positive('is above 0').max(1e6, 'is at most 1000000').optional(),
  keySkew: z
    .number('takes an exponent from 0 to 10, like 1')
    .min(0, 'is at least 0')
    .max(10, 'is at most 10')
    .optional(),
  maxInFlight: count('takes a whole number of orders, at least 1').positive('is at least 1').default(10_000),
  warmup: count('takes a whole number of orders').nonnegative('is at least 0').default(0),
  run: z
    .string()
    .regex(/^[\w.-]{1,56}$/, 'takes 1 to 56 letters, digits, "_", "." or "-"')
    .optional(),
  address: z
    .string()
    .regex(/^\S+:\d+$/, 'takes host:port, like 127.0.0.1:50051')
    .optional(),
  protocol: z.enum(['unary', 'stream'], 'is unary or stream').default('unary'),
};

const schema = z.strictObject(loadShape);
type Given = z.output<typeof schema>;

const loadSchema = schema.superRefine((options, context) => {
  for (const [flag, message] of contradictions(options)) {
    context.addIssue({ code: 'custom', path: [flag], message });
  }
});

/** What a load needs; everything that is left out has the default that `--help` tells. */
export type LoadOptions = Omit<z.input<typeof loadSchema>, 'distribution'> & { distribution?: string | undefined };

/** Options that are checked, with every choice made but those that the CSV file or trace decides. */
export type Load = Readonly<{
  distribution: DistributionName | 'trace';
  trace: string | undefined;
  rate: number | undefined;
  count: number | undefined;
  duration: number | undefined;
  csv: string | undefined;
  seed: number;
  /** 0: the shop's own clock. */
  clock: number;
  keySkew: number | undefined;
  maxInFlight: number;
  warmup: number;
  run: string;
  address: string;
  protocol: 'unary' | 'stream';
}>;

const isTrace = (distribution: Given['distribution']): distribution is `trace:${string}` =>
  distribution.startsWith('trace:');

/** Flags that cannot stand together, or are missing, each with what to do. */
function contradictions(given: Given): [flag: string, message: string][] {
  const found: [string, string][] = [];
  const trace = isTrace(given.distribution);
  const rate = given.rate ?? (given.preset && presets[given.preset]);
  if (given.rate !== undefined && given.preset !== undefined) {
    found.push(['preset', 'sets the rate, and so does --rate: leave one out']);
  } else if (trace && rate !== undefined) {
    found.push([given.preset ? 'preset' : 'rate', 'cannot be used with a trace, which brings its own moments']);
  } else if (!trace && rate === undefined) {
    found.push(['rate', 'is missing: say how many orders per second, or take --preset baja, media or alta']);
  }
  if (given.count !== undefined && given.duration !== undefined) {
    found.push(['duration', 'ends the run, and so does --count: leave one out']);
  } else if (!trace && given.csv === undefined && given.count === undefined && given.duration === undefined) {
    found.push(['count', 'is missing: say how many orders, or for how long by --duration']);
  }
  if (rate !== undefined && given.duration !== undefined && rate * given.duration > mostOrders / 2) {
    found.push([
      'duration',
      `asks for some ${Math.round(rate * given.duration)} orders; ${mostOrders / 2} are the most`,
    ]);
  }
  return found;
}

/**
 * Checks the options of a load and fills in what was left out.
 * @throws Mistake naming every flag at fault and what it takes
 */
export function checkLoad(options: LoadOptions): Load {
  const read = loadSchema.safeParse(options);
  if (!read.success) throw new Mistake('flag', faults(read.error).join('\n'));
  const { distribution, preset, ...rest } = read.data;
  const [name, trace] = isTrace(distribution)
    ? (['trace', distribution.slice('trace:'.length)] as const)
    : [distribution];
  return {
    ...rest,
    distribution: name,
    trace,
    rate: rest.rate ?? (preset && presets[preset]),
    count: rest.count,
    duration: rest.duration,
    csv: rest.csv,
    clock: rest.clock ?? 0,
    keySkew: rest.keySkew,
    run: rest.run ?? newRun(name),
    address: rest.address ?? readSettings().grpcAddress,
  };
}

/** A name that no other run has and a person can read: poisson-20260102T030405-1a2b. */
function newRun(distribution: string): string {
  const time = new Date(systemClock.now()).toISOString().replace(/[-:]|\..*/g, '');
  return `${distribution}-${time}-${systemClock.uuid().slice(0, 4)}`;
}

function faults(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `unknown option ${issue.keys.join(', ')}`;
    return `--${dashed(issue.path.join('.'))} ${issue.message}`;
  });
}
