/**
 * `npm test`, `npm run verify` and CI: every check there is, and all tests.
 * `npm test -- <part of a path> …` runs only the test files whose path holds one of the parts.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { down } from '../infra/engines/down.ts';
import { EngineFault } from '../infra/engines/engine.ts';
import { up } from '../infra/engines/up.ts';

const root = resolve(import.meta.dirname, '..');
const patterns = process.argv.slice(2);
const failures: string[] = [];

/** Ctrl-C ends what runs now; what this run has started is stopped all the same. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

const checks: readonly (readonly [title: string, file: string, ...args: string[]])[] = [
  ['types (tsc)', 'tsc'],
  ['style and imports (biome)', 'biome', 'check', '--error-on-warnings'],
  ['dead code and packages (knip)', 'knip'],
  ['protos (buf lint)', 'buf', 'lint'],
];

const testFiles = globSync('{functions,infra,scripts,test}/**/*.test.ts', { cwd: root })
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .sort();
const usesEngines = (file: string) => file.startsWith('test/') || file.endsWith('.engine.test.ts');
const engineTests = testFiles.filter(usesEngines);
const unitTests = testFiles.filter((file) => !usesEngines(file));

/** Runs a command to its end. @returns what it printed, where it was told to `keep` it, and whether it succeeded */
async function run(file: string, args: readonly string[], keep: boolean): Promise<{ good: boolean; said: string }> {
  const options: SpawnOptions = {
    cwd: root,
    stdio: ['ignore', keep ? 'pipe' : 'inherit', keep ? 'pipe' : 'inherit'],
    signal: interrupted.signal,
  };
  const child = spawn(file, args, options);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  try {
    const [code] = await once(child, 'close');
    return { good: code === 0, said };
  } catch (error) {
    return { good: false, said: `${said}${(error as Error).message}` };
  }
}

async function timed(title: string, work: () => Promise<{ good: boolean; said: string }>): Promise<void> {
  const since = performance.now();
  const { good, said } = await work();
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  if (!good) failures.push(title);
  console.log(`${good ? '✔' : '✖'} ${title} (${seconds} s)${good || !said ? '' : `\n${said.trimEnd()}`}`);
}

/** A test that hangs, or a file that never ends, fails after `seconds` and is named. */
async function runTests(title: string, files: readonly string[], seconds: number, atOnce: number): Promise<void> {
  if (files.length === 0 || interrupted.signal.aborted) return;
  const args = ['--test', `--test-timeout=${seconds * 1000}`, `--test-concurrency=${atOnce}`];
  console.log(`${title}: ${files.length} files`);
  await timed(title, () => run(process.execPath, [...process.execArgv, ...args, ...files], false));
}

let started: readonly string[] = [];

async function startEngines(): Promise<{ good: boolean; said: string }> {
  try {
    const ready = await up(undefined, { progress: console.log });
    started = ready.filter(({ outcome }) => outcome === 'started').map(({ name }) => name);
    return { good: true, said: '' };
  } catch (error) {
    if (error instanceof EngineFault) return { good: false, said: error.message };
    throw error;
  }
}

async function verify(): Promise<void> {
  if (patterns.length === 0) {
    for (const [title, file, ...args] of checks) await timed(title, () => run(file, args, true));
  }
  await runTests('unit tests', unitTests, 60, 2);
  if (engineTests.length === 0 || interrupted.signal.aborted) return;
  await timed('engines', startEngines);
  if (!failures.includes('engines')) await runTests('tests on real engines', engineTests, 240, 1);
}

const since = performance.now();
if (testFiles.length === 0) failures.push(`no test file matches ${patterns.join(' or ')}`);
try {
  await verify();
} finally {
  if (started.length > 0)
    await timed('engines stopped', async () => ({ good: (await down(started)).length > 0, said: '' }));
}
if (interrupted.signal.aborted) failures.push('interrupted');
const minutes = ((performance.now() - since) / 60_000).toFixed(1);
console.log(failures.length > 0 ? `Failed: ${failures.join(', ')} (${minutes} min)` : `All good (${minutes} min)`);
process.exitCode = failures.length > 0 ? 1 : 0;
