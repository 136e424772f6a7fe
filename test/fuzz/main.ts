/** `npm run fuzz`: what comes from outside, in many forms that nobody would write. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { systemClock } from '../../infra/clock.ts';
import { flag, numeric, readCommandLine } from '../../infra/commandLine.ts';
import { runMain } from '../../infra/runMain.ts';
import { fuzz } from './run.ts';
import { targets } from './targets.ts';

const whole = 'takes a whole number from 1 on';
const commandLine = {
  name: 'npm run fuzz --',
  about: `Gives whatever takes something from outside (gRPC, HTTP, Kafka's records, e-mails, CSV files, traces,
serverless.yml, filters, flags, environment) inputs that nobody would write. Each is taken, or refused in our own words,
and in at most 100 ms of the processor for 100 kB. Ends with 1 where one is not, and tells the smallest such input.`,
  flags: {
    seed: flag('<n>', 'the same seed, the same inputs (a new one)', numeric(z.number(whole).int(whole).optional())),
    inputs: flag('<n>', 'so many in all (100000)', numeric(z.number(whole).int(whole).min(1, whole).default(100_000))),
    target: flag(
      '<name>',
      'only what takes this, as SMTP; without it, all',
      z
        .enum(
          targets.map(({ name }) => name),
          `is one of ${targets.map(({ name }) => name).join(', ')}`,
        )
        .optional(),
    ),
    minutes: flag('<n>', 'ends after so long', numeric(z.number('takes minutes above 0').positive().optional())),
  },
};

/** MiB that may be held for ever of all inputs: compiled code, and caches that end somewhere. */
const mostHeld = 64;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes, without what nobody holds any more. */
function heldMemory(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

runMain(async () => {
  const {
    seed = Math.trunc(systemClock.now() % 2 ** 31),
    inputs,
    minutes,
    target: only,
  } = readCommandLine(commandLine);
  console.log(`seed ${seed}`);
  const until = minutes === undefined ? {} : { until: minutes * 60_000 };
  const before = heldMemory();
  const faults = await fuzz({ seed, inputs, only, ...until, told: console.log });
  for (const fault of faults) console.error(`\n${fault}`);
  const more = Math.round((heldMemory() - before) / 2 ** 20);
  console.log(`holds ${more} MiB more than before; ${mostHeld} are the most`);
  return faults.length > 0 || more > mostHeld ? 1 : 0;
});
