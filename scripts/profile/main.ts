/** `npm run profile -- pipeline`: where the system's time and memory go in one row of the benchmark. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { flag, numeric, readCommandLine } from '../../infra/commandLine.ts';
import { usualHome } from '../../infra/engines/site.ts';
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { bringEnginesUp } from '../../infra/system/engines.ts';
import { measure } from '../bench/pipeline/measure.ts';
import { rows } from '../bench/pipeline/rows.ts';
import { cpuShares, heapShares, type Shares } from './summary.ts';

const folder = join(usualHome, 'profiles');
const mostShown = 25;

const commandLine = {
  name: 'npm run profile -- pipeline',
  about: `Runs one row of \`npm run bench -- pipeline\` and tells, by thread of the system, which
functions take its time, and where what is alive at the end was allocated. The profiles are left in
.despacho/profiles for Chrome's DevTools, which draw the flame graph. A profile slows the row down,
and has the start in it: its figures are no measurement.`,
  flags: {
    row: flag(
      '<a|b|c|d>',
      'the first row of that letter (a)',
      z.enum(['a', 'b', 'c', 'd'], 'is none of a, b, c, d').default('a'),
    ),
    orders: flag(
      '<n>',
      'how many (20000)',
      numeric(z.number('is no number').int('is no whole number').min(100, 'is below 100').default(20_000)),
    ),
  },
};

function print(title: string, { total, functions }: Shares, unit: number, name: string): void {
  console.log(
    `\n### ${title}: ${(total / unit).toFixed(1)} ${name}\n\n| own % | ${name} | function |\n| --- | --- | --- |`,
  );
  for (const [site, own] of functions.slice(0, mostShown)) {
    console.log(`| ${((own / total) * 100).toFixed(1)} | ${(own / unit).toFixed(2)} | ${site} |`);
  }
}

/** The thread's number stands in the file's name: <kind>.<day>.<time>.<process>.<thread>.<n>.<ending> */
const threadOf = (file: string): string =>
  file.split('.')[4] === '0' ? 'main thread' : `worker ${file.split('.')[4]}`;

async function profilePipeline(args: readonly string[]): Promise<void> {
  const { row: letter, orders } = readCommandLine(commandLine, args);
  const row = rows.find(({ name }) => name.startsWith(letter));
  if (!row) throw new Mistake('flag', `--row ${letter} is none of the rows`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bringEnginesUp({ info() {}, warn: console.warn, error: console.error });
  // Read by the system's process and each of its threads.
  const profiled = { NODE_OPTIONS: `--cpu-prof --heap-prof --diagnostic-dir=${folder}` };
  const { perSecond } = await measure({ ...row, orders }, profiled);
  console.log(`${row.name}: ${orders} orders, ${perSecond.toFixed(0)}/s, with the profiler`);
  for (const file of readdirSync(folder).toSorted()) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (file.endsWith('.cpuprofile')) print(`CPU, ${threadOf(file)}`, cpuShares(profile), 1e6, 's');
    else print(`Allocated, ${threadOf(file)}`, heapShares(profile), 2 ** 20, 'MB');
  }
  console.log(`\nThe profiles: ${folder}`);
}

runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name !== 'pipeline') throw new Mistake('flag', `"${name ?? ''}" cannot be profiled: there is pipeline`);
  await profilePipeline(args);
});
