/** What a person sees of a simulation that fails: how little it takes, what happened, and the command that repeats it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const main = join(import.meta.dirname, 'main.ts');
const plant = join(import.meta.dirname, 'planted/plant.ts');

/** With a fault in the dispatcher that this seed finds. @returns the code that it ends with, and what it prints */
function simulate(...args: readonly string[]): Promise<{ code: unknown; said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; said: string }>();
  const options = { env: { ...process.env, PLANTED: 'H4' } };
  execFile(process.execPath, ['--import', plant, main, 'dispatcher', ...args], options, (error, said) =>
    resolve({ code: error?.code ?? 0, said }),
  );
  return promise;
}

const written = (said: string) => said.split('\n').filter((line) => line.includes('"kind":"append"')).length;

test('a promise that breaks ends the command with 1, and is told by the least that breaks it', async () => {
  const { code, said } = await simulate('--seed', '1');
  assert.equal(code, 1);
  assert.match(said, /^seed 1: \d+ records? .+ not done|^seed 1: nothing moves/m);
  assert.match(said, /^npm run simulate -- dispatcher --seed 1$/m);
  assert.match(said, /a promise was broken$/m);
  assert.equal(written(said), 1, said);
  assert.ok(said.split('\n').length < 100, said);
});
