/**
 * `npm run simulate -- dispatcher|pipeline|planted`: what is promised, held against time and engines that are drawn.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { flag, numeric, readCommandLine } from '../../infra/commandLine.ts';
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import type { Done } from './child.ts';
import { simulateAll } from './fleet.ts';
import { findPlanted } from './planted/find.ts';
import { type SimulationName, simulation, simulationNames } from './simulations.ts';

const what = 'is a whole number from 1 on';
const whole = numeric(z.number(what).int(what).min(1, what).optional());

const words = [...simulationNames, 'planted'] as const;

const commandLine = {
  name: 'npm run simulate --',
  about: `dispatcher: the dispatcher in virtual time over a simulated Kafka; pipeline: the order pipeline over engines in memory;
from as many seeds as are asked for. Ends with 1 at the first that breaks a promise, and tells its story. planted [id ...]: how many seeds find each planted fault.`,
  words: {
    what: z.enum(words, `What is to be simulated? There is: ${words.join(', ')}`),
    ids: z.array(z.string()),
  },
  flags: {
    seeds: flag('<n>', 'how many; 1000 unless given', whole),
    from: flag('<seed>', 'the first of them; drawn unless given', whole),
    seed: flag('<seed>', 'this one alone; with --seeds so many times, of which each must have the same trace', whole),
    minutes: flag('<n>', 'seeds for so long, instead of so many', whole),
  },
};

type Flags = Readonly<Record<keyof typeof commandLine.flags, number | undefined>>;

function* seedsOf({ seeds, seed, minutes }: Flags, first: number): Generator<number> {
  const usual = seed === undefined ? 1000 : 1;
  const count = seeds ?? (minutes === undefined ? usual : Number.POSITIVE_INFINITY);
  const deadline = minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000;
  for (let done = 0; done < count && Date.now() < deadline; done++) yield seed ?? first + done;
}

async function simulate(name: SimulationName, flags: Flags): Promise<number> {
  const single = flags.seed;
  const first = single ?? flags.from ?? Math.floor(Math.random() * 1e9);
  const since = performance.now();
  const sums = { seeds: 0, records: 0, disturbances: 0 };
  const failures: Done[] = [];
  const traces = new Set<string>();
  const progress = () => {
    const minutes = ((performance.now() - since) / 60_000).toFixed(1);
    return `${sums.seeds} seeds, ${sums.records} ${simulation(name).records}, ${sums.disturbances} faults in ${minutes} min`;
  };
  console.log(`Seeds from ${first}`);
  const telling = setInterval(() => console.log(progress()), 10_000);
  await simulateAll(
    seedsOf(flags, first),
    (done) => {
      sums.seeds++;
      sums.records += done.records;
      sums.disturbances += done.disturbances;
      if (done.failure !== undefined) failures.push(done);
      if (single !== undefined && done.hash !== '') traces.add(done.hash);
      return failures.length === 0;
    },
    { name, processes: availableParallelism(), stories: true },
  );
  clearInterval(telling);
  for (const { seed, failure, story } of failures) console.log(story ?? `seed ${seed}: ${failure}`);
  for (const trace of traces) console.log(`trace ${trace}`);
  if (traces.size > 1) console.log(`seed ${single}: ${traces.size} traces, though all must be the same`);
  console.log(`${progress()}: ${failures.length === 0 ? 'every promise held' : 'a promise was broken'}`);
  return failures.length === 0 && traces.size <= 1 ? 0 : 1;
}

runMain(async () => {
  const { what, ids, ...flags } = readCommandLine(commandLine);
  if (what === 'planted') return (await findPlanted(ids)) ? 0 : 1;
  if (ids.length > 0) throw new Mistake('flag', `'${ids[0]}' is one word too many: only planted takes ids`);
  return simulate(what, flags);
});
