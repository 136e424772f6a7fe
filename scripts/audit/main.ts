/** Proves that no order was lost, doubled or led astray: `npm run audit`. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { flag, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { Mistake, messageOf, Trouble } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { audit } from './audit.ts';
import { describe } from './describe.ts';
import type { Verdict } from './judge.ts';
import type { Scope } from './scope.ts';

/** What it can be, for `--help`. */
const moments = 'like 2026-01-02T03:04:05Z, or 10m for ten minutes ago (s, m, h, d)';

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ago = /^(\d+(?:\.\d+)?)([smhd])$/;
/** Without an hour a date is a day in the world's time; without a zone a person means his own. */
const written = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Of the text that was given, in ms since 1970. */
const momentSchema = z.string().transform((text, context) => {
  const [, count, unit] = ago.exec(text.trim()) ?? [];
  const moment = unit
    ? systemClock.now() - Number(count) * milliseconds[unit as keyof typeof milliseconds]
    : written.test(text.trim())
      ? Date.parse(text.trim())
      : Number.NaN;
  if (!Number.isNaN(moment)) return Math.round(moment);
  context.addIssue({ code: 'custom', message: `is no moment: "${text}"; one is ${moments}` });
  return z.NEVER;
});

const rowsSchema = z.array(z.object({ id: z.string(), code: z.string() }));

/**
 * The ids of the orders that were answered OK.
 * @param file as `npm run load -- --csv-out` writes it
 * @throws Mistake naming the file
 */
function readAcknowledged(file: string): string[] {
  try {
    const rows = rowsSchema.parse(parse(readFileSync(file), { columns: true, skip_empty_lines: true }));
    return rows.filter(({ code }) => code === 'OK').map(({ id }) => id);
  } catch (error) {
    const what = error instanceof z.ZodError ? 'has no columns id and code' : messageOf(error);
    throw new Mistake('file', `--acknowledged ${file}: ${what}; npm run load -- --csv-out writes such files`);
  }
}

const commandLine = {
  name: 'npm run audit --',
  about: `Reads Kafka, Redis, the inbox and Elasticsearch, and proves for every order (or those of one load run) that
accepted = finished + cancelled + dead + in flight, that every history is legal and without gaps, and that every
transition has one e-mail and one metric document. Ends with 1 and a list where that is not so.`,
  flags: {
    run: flag('<id>', 'only the orders of this load run', z.string().optional()),
    acknowledged: flag(
      '<file>',
      'a file of npm run load -- --csv-out: whether each order that it names as stored is',
      z.string().optional(),
    ),
    since: flag('<when>', `only the orders that came in from then on, ${moments}`, momentSchema.optional()),
    until: flag('<when>', 'only the orders that came in before that', momentSchema.optional()),
    watch: toggle(
      'look again every 5 s until Ctrl-C; without --run and --since at the orders that come in from now on',
    ),
    json: toggle('the verdict as JSON'),
  },
};

async function once(settings: Settings, scope: Scope, json: boolean): Promise<Verdict> {
  const verdict = await audit(settings, scope).catch(notMade);
  console.log(json ? JSON.stringify(verdict, null, 2) : describe(verdict));
  return verdict;
}

const pauseMilliseconds = 5000;
/** For a look that is under way when the end is asked for. */
const endMilliseconds = 60_000;

/** Tells each verdict until the end is asked for. @returns the last one; none where it never came to one */
async function watched(settings: Settings, scope: Scope, json: boolean): Promise<Verdict | undefined> {
  const end = endRequest(endMilliseconds);
  const since = scope.since ?? (scope.run === undefined ? systemClock.now() : undefined);
  let last: Verdict | undefined;
  for (; !end.aborted; await sleep(systemClock, pauseMilliseconds, end).catch(() => undefined)) {
    const verdict = await audit(settings, { ...scope, since }).catch(notMade);
    last = verdict;
    console.log(
      json ? JSON.stringify(verdict) : `${new Date(systemClock.now()).toISOString()}\n${describe(verdict)}\n`,
    );
  }
  return last;
}

/** @throws Trouble where an engine cannot be asked */
function notMade(error: Error): never {
  if (error instanceof Mistake) throw error;
  const advice = 'Are the engines up? npm start brings them up; npm run audit -- --help tells the flags.';
  throw new Trouble('away', `The audit could not be made: ${error.message}\n${advice}`, { cause: error });
}

runMain(
  async () => {
    const { acknowledged: file, json, watch, ...window } = readCommandLine(commandLine);
    const isWindow = window.since !== undefined || window.until !== undefined || (watch && window.run === undefined);
    if (file !== undefined && isWindow) {
      throw new Mistake(
        'flag',
        '--acknowledged is for the whole log, or a --run: leave --since, --until and --watch out',
      );
    }
    const scope = { ...window, acknowledged: file === undefined ? undefined : readAcknowledged(file) };
    const settings = readSettings();
    const verdict = await (watch ? watched(settings, scope, json) : once(settings, scope, json));
    return verdict && verdict.offences.length > 0 ? 1 : 0;
  },
  { trouble: 2 },
);
