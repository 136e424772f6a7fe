/** A changed module is loaded anew, once, by real workers that read real files. */
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import type { FunctionSpec } from './invocation.ts';
import { localInvoker } from './invoker.ts';
import { reloading } from './moduleWatch.ts';

const folder = ownFolder();

const request = {
  source: { eventSource: 'SelfManagedKafka' as const, bootstrapServers: '', topic: 'orders' },
  records: [],
  custom: { attempt: 1, retries: 0, fetchedAt: 0 },
  answer: true,
};

const specOf = (file: string): FunctionSpec => ({ file, handler: 'handler', timeoutSeconds: 10 });

/** An invoker of two functions, and what resolves at its next change. */
function reloadingThem(f: FunctionSpec, g = f) {
  let heard: (() => void) | undefined;
  const said: string[] = [];
  const info = (text: string) => {
    said.push(text);
    heard?.();
  };
  const log = { info, warn: assert.fail, error: assert.fail };
  const make = (onFile: (path: string) => void) => localInvoker({ f, g }, {}, () => undefined, { onFile });
  const invoker = reloading(make, systemClock, log);
  const call = async (name = 'f') => {
    const outcome = await invoker.invoke(name, request);
    return outcome.kind === 'answer' ? JSON.parse(outcome.json ?? '') : outcome;
  };
  /** @param change brings it about */
  const changed = async (change: () => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    heard = resolve;
    change();
    await promise;
  };
  return { call, changed, said, close: () => invoker.close() };
}

test('a changed module, also one that the handler imports, is loaded anew once', { timeout: 60_000 }, async () => {
  const [file, part] = [join(folder, 'handler.mjs'), join(folder, 'part.mjs')];
  writeFileSync(part, "export const word = 'one';");
  writeFileSync(file, "import { word } from './part.mjs';\nexport const handler = async () => word;");
  const { call, changed, said, close } = reloadingThem(specOf(file));
  assert.equal(await call(), 'one');
  await changed(() => writeFileSync(part, "export const word = 'two';"));
  assert.equal(await call(), 'two');
  // As editors do it.
  const fresh = join(folder, '.handler.swp');
  writeFileSync(fresh, "export const handler = async () => 'three';");
  await changed(() => renameSync(fresh, file));
  assert.equal(await call(), 'three');
  writeFileSync(join(folder, 'other.txt'), 'nobody reads it');
  assert.equal(said.length, 2);
  await close();
});

test('a function that has not read what changed stays warm', { timeout: 60_000 }, async () => {
  const [one, other] = [join(folder, 'one.mjs'), join(folder, 'other.mjs')];
  for (const file of [one, other]) writeFileSync(file, 'let calls = 0; export const handler = async () => ++calls;');
  const { call, changed, close } = reloadingThem(specOf(one), specOf(other));
  assert.deepEqual([await call('f'), await call('g')], [1, 1]);
  await changed(() => writeFileSync(one, 'let calls = 10; export const handler = async () => ++calls;'));
  assert.deepEqual([await call('f'), await call('g')], [11, 2]);
  await close();
});

test('a call in flight ends where it is, and what comes meanwhile has the new code', { timeout: 60_000 }, async () => {
  const file = join(folder, 'slow.mjs');
  const gate = join(folder, 'gate');
  const waits = `import { existsSync } from 'node:fs';
export const handler = async () => {
  while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 5));
  return 'old';
};`;
  writeFileSync(gate, '');
  writeFileSync(file, waits);
  const { call, changed, close } = reloadingThem(specOf(file));
  assert.equal(await call(), 'old');
  rmSync(gate);
  const slow = call();
  await changed(() => writeFileSync(file, "export const handler = async () => 'new';"));
  assert.equal(await call(), 'new');
  writeFileSync(gate, '');
  assert.equal(await slow, 'old');
  await close();
});

test('a module that has become unusable fails its calls until it is mended', { timeout: 60_000 }, async () => {
  const file = join(folder, 'broken.mjs');
  writeFileSync(file, "export const handler = async () => 'whole';");
  const { call, changed, close } = reloadingThem(specOf(file));
  assert.equal(await call(), 'whole');
  await changed(() => writeFileSync(file, 'export const handler = ;'));
  assert.equal((await call()).fault.name, 'SyntaxError');
  await changed(() => writeFileSync(file, "export const handler = async () => 'mended';"));
  assert.equal(await call(), 'mended');
  await close();
});
