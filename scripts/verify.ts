/**
 * `npm test`, `npm run verify` and CI: every check there is, and all tests.
 * `npm test -- <part of a path> …` runs only the test files whose path holds one of the parts.
 */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../infra/clock.ts';
import { readCommandLine } from '../infra/commandLine.ts';
import { engines } from '../infra/engines/catalogue.ts';
import { down } from '../infra/engines/down.ts';
import { type Engine, EngineFault } from '../infra/engines/engine.ts';
import { hasClassArchive, kafka } from '../infra/engines/kafka.ts';
import { siteOf, usualHome } from '../infra/engines/site.ts';
import { findRunning } from '../infra/engines/supervisor.ts';
import { up } from '../infra/engines/up.ts';
import { runMain } from '../infra/runMain.ts';
import { runWatched } from './runWatched.ts';

const root = resolve(import.meta.dirname, '..');
const withParent = new URL('../infra/withParent.ts', import.meta.url).href;
const failures: string[] = [];
/** Many a Java is started and few live long: what the better compiler costs it never earns. Whoever has set flags keeps them. */
process.env.JAVA_TOOL_OPTIONS ??= '-XX:TieredStopAtLevel=1';

/** Ctrl-C ends what runs now; what this run has started is stopped all the same. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

const checks: readonly (readonly [title: string, file: string, ...args: string[]])[] = [
  // The pages have a configuration of their own: nothing but a browser has a document.
  ['types (tsc)', 'tsc', '-b', 'tsconfig.json', 'tsconfig.pages.json'],
  ['style and imports (biome)', 'biome', 'check', '--error-on-warnings'],
  ['dead code and packages (knip)', 'knip'],
  ['protos (buf lint)', 'buf', 'lint'],
];

type Tests = Readonly<{ unit: readonly string[]; engine: readonly string[] }>;

function testsOf(parts: readonly string[]): Tests {
  const files = globSync('{functions,infra,scripts,test}/**/*.test.ts', { cwd: root })
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
  const usesEngines = (file: string) => file.startsWith('test/') || file.endsWith('.engine.test.ts');
  return { unit: files.filter((file) => !usesEngines(file)), engine: files.filter(usesEngines) };
}

const unitProcesses = 4;

type Outcome = Readonly<{ good: boolean; said: string }>;

/** As `runWatched`, until it is interrupted. */
const run = (file: string, args: readonly string[], silence: number, show: (text: string) => void) =>
  runWatched(file, args, { cwd: root, silence, show, signal: interrupted.signal });

async function timed(title: string, work: () => Promise<Outcome>): Promise<void> {
  const since = systemClock.monotonic();
  const { good, said } = await work();
  const seconds = ((systemClock.monotonic() - since) / 1000).toFixed(1);
  if (!good) failures.push(title);
  console.log(`${good ? '✔' : '✖'} ${title} (${seconds} s)${good || !said ? '' : `\n${said.trimEnd()}`}`);
}

async function check(file: string, args: readonly string[]): Promise<Outcome> {
  let said = '';
  const good = await run(file, args, 120, (text) => (said += text));
  return { good, said };
}

/** Each test has `seconds`; a file that stays alive after its tests is named, too. */
const testProcess = (files: readonly string[], seconds: number, ...flags: string[]): Promise<boolean> =>
  run(
    process.execPath,
    ['--import', withParent, '--test', `--test-timeout=${seconds * 1000}`, ...flags, ...files],
    seconds + 30,
    (text) => process.stdout.write(text),
  );

/** Unit tests share a few processes: most of them take less time than a process of their own would. */
async function runUnitTests(tests: readonly string[]): Promise<Outcome> {
  const shares = Map.groupBy(tests, (file) => tests.indexOf(file) % unitProcesses);
  const runs = [...shares.values()].map((files) => testProcess(files, 60, '--test-isolation=none'));
  return { good: (await Promise.all(runs)).every((good) => good), said: '' };
}

/** So many that two cores are never at rest: on their way each waits for a quarter of its time and more. */
const engineProcesses = 3;

async function runEngineTests(tests: readonly string[]): Promise<Outcome> {
  return { good: await testProcess(tests, 180, `--test-concurrency=${engineProcesses}`), said: '' };
}

const site = (engine: Engine) => siteOf(engine, usualHome, process.env, () => undefined);

const runningEngines = (): string[] => engines.filter((engine) => findRunning(site(engine))).map(({ name }) => name);

/** They were there before and stay; whatever else runs at the end, this run or one of its tests has started. */
const wereRunning = new Set(runningEngines());
const ownEngines = (): string[] => runningEngines().filter((name) => !wereRunning.has(name));
const node = engines.find(({ name, nodeOf }) => nodeOf && wereRunning.has(name))?.name;

/** The first orderly end of a Kafka writes what spares two dozen of the tests' own nearly half of their starts. */
async function archiveKafka(): Promise<void> {
  if (!ownEngines().includes(kafka.name) || hasClassArchive(site(kafka))) return;
  await down([kafka.name], { progress: console.log });
  await up([kafka.name], { progress: console.log });
}

async function startEngines(): Promise<Outcome> {
  try {
    await up(undefined, { progress: console.log });
    await archiveKafka();
    return { good: true, said: '' };
  } catch (error) {
    if (error instanceof EngineFault) return { good: false, said: error.message };
    throw error;
  }
}

/** Every step, as far as nobody interrupts; a failed check does not keep the others from telling what they find. */
function* steps({ unit, engine }: Tests, all: boolean) {
  if (all) {
    yield () => Promise.all(checks.map(([title, file, ...args]) => timed(title, () => check(file, args))));
  }
  const needed = engine.length > 0;
  const units = () => timed(`unit tests: ${unit.length} files`, () => runUnitTests(unit));
  yield () => Promise.all([unit.length > 0 && units(), needed && timed('engines', startEngines)]);
  if (needed && !failures.includes('engines')) {
    yield () => timed(`tests on real engines: ${engine.length} files`, () => runEngineTests(engine));
  }
}

async function stopEngines(): Promise<Outcome> {
  await down(ownEngines(), { progress: console.log });
  return { good: ownEngines().length === 0, said: '' };
}

const commandLine = {
  name: 'npm test --',
  about: `Every check there is, and all tests. With parts of paths: only the test files whose path holds one of them.`,
  words: { parts: z.array(z.string()) },
  flags: {},
};

runMain(async () => {
  const { parts } = readCommandLine(commandLine);
  const since = systemClock.monotonic();
  const tests = testsOf(parts);
  // Tests lay cables to one Kafka, one Redis and one Elasticsearch.
  if (node && tests.engine.length > 0)
    throw new EngineFault(
      `${node} runs, and the tests are for engines of one node: end the cluster with npm run stop.`,
    );
  if (tests.unit.length + tests.engine.length === 0) failures.push(`no test file matches ${parts.join(' or ')}`);
  try {
    for (const step of steps(tests, parts.length === 0)) {
      if (interrupted.signal.aborted) break;
      await step();
    }
  } finally {
    if (ownEngines().length > 0) await timed('engines stopped', stopEngines);
  }
  if (interrupted.signal.aborted) failures.push('interrupted');
  const minutes = ((systemClock.monotonic() - since) / 60_000).toFixed(1);
  console.log(failures.length > 0 ? `Failed: ${failures.join(', ')} (${minutes} min)` : `All good (${minutes} min)`);
  return failures.length > 0 ? 1 : 0;
});
