import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createClock } from '@sinonjs/fake-timers';
import { type Clock, sleep, systemClock, watchdog, withDeadline, within } from './clock.ts';
import { ownFolder } from './ownFolder.fixture.ts';

const root = join(import.meta.dirname, '..');
type Diagnostic = Readonly<{ location: Readonly<{ path: string; start: Readonly<{ line: number }> }> }>;

function handMade() {
  const time = createClock();
  const clock: Clock = {
    ...systemClock,
    after(milliseconds, call) {
      const timer = time.setTimeout(call, milliseconds);
      return { cancel: () => time.clearTimeout(timer) };
    },
  };
  return { time, clock };
}

test('a watchdog calls once it was not reset for its time, and not after it was cancelled', () => {
  const { time, clock } = handMade();
  let calls = 0;
  const dog = watchdog(clock, 100, () => calls++);
  for (let reset = 0; reset < 5; reset++) {
    time.tick(99);
    dog.reset();
  }
  assert.equal(calls, 0);
  time.tick(100);
  assert.equal(calls, 1);
  dog.reset();
  dog.cancel();
  assert.equal(time.countTimers(), 0);
});

test('a sleep that is aborted leaves no timer behind', async () => {
  const { time, clock } = handMade();
  const stop = new AbortController();
  const slept = sleep(clock, 1000, stop.signal);
  assert.equal(time.countTimers(), 1);
  stop.abort(new Error('enough'));
  await assert.rejects(slept, { message: 'enough' });
  assert.equal(time.countTimers(), 0);
});

test('work that hangs or fails is waited for no longer than it may take, and leaves no timer behind', async () => {
  const { time, clock } = handMade();
  const late = within(clock, 1000, new Promise(() => {}));
  time.tick(1000);
  await late;
  await within(clock, 1000, Promise.reject(new Error('broken')));
  assert.equal(time.countTimers(), 0);
});

test('work that hangs is told so when its time is over, and what ends in time leaves no timer behind', async () => {
  const { time, clock } = handMade();
  const hanging = withDeadline(clock, 1000, async (signal) => {
    await once(signal, 'abort');
    throw signal.reason;
  });
  time.tick(999);
  assert.equal(time.countTimers(), 1);
  time.tick(1);
  await assert.rejects(hanging, { name: 'TimeoutError', message: 'not over within 1000 ms' });
  assert.equal(await withDeadline(clock, 1000, async ({ aborted }) => aborted), false);
  assert.equal(time.countTimers(), 0);
});

/** What takes time, timers or chance from the machine; a line each. */
const past = [
  "import { setTimeout as delay } from 'node:timers/promises';",
  "import * as timers from 'node:timers';",
  "import { randomUUID } from 'node:crypto';",
  'export const now = Date.now();',
  'export const when = new Date();',
  'export const since = performance.now();',
  'export const ticks = process.hrtime.bigint();',
  'export const chance = Math.random();',
  'export const id = crypto.randomUUID();',
  'setTimeout(() => undefined, 1);',
  'globalThis.setInterval(() => undefined, 1);',
  'export const late = AbortSignal.timeout(1);',
];

test('what takes time, timers or chance past the clock is refused wherever it stands in the product', async () => {
  const { plugins, files } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const rules = plugins.map(({ path }: { path: string }) => [path, readFileSync(join(root, path), 'utf8')]);
  const product = [
    'functions/orders/trial.ts',
    'infra/dispatcher/trial.ts',
    'infra/timers/trial.ts',
    'scripts/trial.ts',
  ];
  const others = ['infra/clock.ts', 'infra/trial.test.ts'].map((name) => [name, past.join('\n')]);
  const lines = product.map((name) => [name, past.join('\n')]);
  const config = JSON.stringify({ plugins, files, linter: { rules: { preset: 'none' } } });
  const cwd = ownFolder({
    'biome.json': config,
    ...Object.fromEntries([...rules, ...lines, ...others]),
  });
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=200'];
  const { stdout } = await promisify(execFile)(biome, args, { cwd }).catch((error) => error);
  const found = (JSON.parse(stdout).diagnostics as Diagnostic[]).map(({ location }) => ({
    file: location.path,
    line: location.start.line,
  }));
  for (const name of product) {
    const there = new Set(found.filter(({ file }) => file === name).map(({ line }) => line));
    assert.deepEqual(
      past.filter((_, index) => !there.has(index + 1)),
      [],
      name,
    );
  }
  assert.ok(found.every(({ file }) => product.includes(file)));
});
