/** Proves that no order was lost, doubled or led astray: `npm run audit`. */
import { z } from 'zod';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { flag, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { Mistake, Trouble } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { readAcknowledged } from './acknowledged.ts';
import { audit } from './audit.ts';
import { describe } from './describe.ts';
import type { Verdict } from './judge.ts';
import { momentSchema, moments } from './moment.ts';
import type { Scope } from './scope.ts';

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
