/**
 * `npm run simulate -- dispatcher [--seeds 10000] [--from 1] [--seed s] [--minutes m]`: the dispatcher in virtual time over
 * a simulated Kafka, from as many seeds; `-- planted [id …]`: how many of them find each planted fault. Ends with 1 at the first seed that breaks a promise, and tells its story.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Done } from './child.ts';
import { simulateAll } from './fleet.ts';
import { findPlanted } from './planted/find.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
  },
});

function whole(flag: 'seeds' | 'from' | 'seed' | 'minutes', usual: number): number {
  const text = values[flag] ?? String(usual);
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  console.error(`--${flag}: "${text}" is not a whole number from 1 on`);
  process.exit(2);
}

const [what, ...named] = positionals;
if (what === 'planted') process.exit((await findPlanted(named)) ? 0 : 1);
if (what !== 'dispatcher' || named.length > 0) {
  console.error('What is to be simulated? There is: dispatcher, planted');
  process.exit(2);
}
const single = values.seed === undefined ? undefined : whole('seed', 1);
const first = single ?? whole('from', Math.floor(Math.random() * 1e9));
const last = single ?? (values.minutes === undefined ? first + whole('seeds', 1000) - 1 : Number.POSITIVE_INFINITY);
const deadline = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + whole('minutes', 1) * 60_000;

function* seeds(): Generator<number> {
  for (let seed = first; seed <= last && Date.now() < deadline; seed++) yield seed;
}

const since = performance.now();
const sums = { seeds: 0, records: 0, disturbances: 0 };
const failures: Done[] = [];
const progress = () => {
  const minutes = ((performance.now() - since) / 60_000).toFixed(1);
  return `${sums.seeds} seeds, ${sums.records} records, ${sums.disturbances} faults in ${minutes} min`;
};
console.log(`Seeds from ${first}`);
const telling = setInterval(() => console.log(progress()), 10_000);
await simulateAll(
  seeds(),
  (done) => {
    sums.seeds++;
    sums.records += done.records;
    sums.disturbances += done.disturbances;
    if (done.failure !== undefined) failures.push(done);
    if (single !== undefined) console.log(`trace ${done.hash}`);
    return failures.length === 0;
  },
  { processes: single === undefined ? availableParallelism() : 1, stories: true },
);
clearInterval(telling);
for (const { seed, failure, story } of failures) console.log(story ?? `seed ${seed}: ${failure}`);
console.log(`${progress()}: ${failures.length === 0 ? 'every promise held' : 'a promise was broken'}`);
process.exitCode = failures.length === 0 ? 0 : 1;
