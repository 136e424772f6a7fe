import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type StartWorker, startThread, thisMachine } from './functionWorker.ts';
import type { Outcome } from './invocation.ts';
import { localInvoker } from './invoker.ts';
import { answerOf, moduleOf, request } from './pool.fixture.ts';

const { folder, file, spec } = moduleOf(
  (folder) => `import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, threadId } from 'node:worker_threads';
const mark = ${JSON.stringify(join(folder, 'stuck'))};
export const where = async (_, { functionName, clientContext }) => [threadId, functionName, clientContext.custom.coldStart];
export const never = () => new Promise(() => undefined);
export const exits = async () => process.exit(1);
export const done = async () => 'done';
export const stuckAtFirst = () => {
  if (existsSync(mark)) return Promise.resolve('done');
  writeFileSync(mark, '');
  return new Promise(() => undefined);
};
export const rubbish = async () => {
  for (const thing of [null, 7, {}, { kind: 'replies', replies: [{ id: 'x' }] }, { kind: 'unusable' }]) parentPort.postMessage(thing);
  return 'done';
};
export const hoards = () => {
  const hoard = [];
  for (;;) hoard.push(Buffer.alloc(1_000_000, 1));
};`,
);
const broken = join(folder, 'broken.mjs');
writeFileSync(broken, "throw new Error('does not load');");

test('functions that share a worker run in one thread, each under its own name and with its own cold start', async () => {
  const where = { file, handler: 'where', timeoutSeconds: 10, clientContext: true };
  const functions = { ship: { ...where, worker: 'shop' }, bill: { ...where, worker: 'shop' }, alone: where };
  const started: string[] = [];
  const invoker = localInvoker(functions, {}, (name) => void started.push(name));
  const call = async (name: string) => answerOf(await invoker.invoke(name, request)) as [number, string, boolean];
  const [ship, bill, again, alone] = [await call('ship'), await call('bill'), await call('bill'), await call('alone')];
  await invoker.close();
  assert.deepEqual(
    [ship, bill, again].map(([, ...rest]) => rest),
    [
      ['ship', true],
      ['bill', true],
      ['bill', false],
    ],
  );
  assert.equal(ship[0], bill[0]);
  assert.notEqual(alone[0], ship[0]);
  assert.deepEqual(started.sort(), ['alone', 'shop']);
});

const bothOf = (outcomes: Outcome[]) => outcomes.map((one) => [one.kind, one.kind === 'throttled' && one.isolate]);
test('a crash in a shared worker is no attempt for anybody: alone, only who did it fails', async () => {
  const functions = { exits: spec('exits', { worker: 'shop' }), slow: spec('stuckAtFirst', { worker: 'shop' }) };
  const invoker = localInvoker(functions, {}, () => undefined);
  const [slow, exits] = await Promise.all([invoker.invoke('slow', request), invoker.invoke('exits', request)]);
  assert.deepEqual(bothOf([slow, exits]), [
    ['throttled', true],
    ['throttled', true],
  ]);
  const alone = { ...request, isolate: true };
  const [again, guilty] = await Promise.all([invoker.invoke('slow', alone), invoker.invoke('exits', alone)]);
  await invoker.close();
  assert.deepEqual([again.kind, guilty.kind], ['answer', 'fault']);
});

test('the same among calls of one function in one worker, also where one is late', async () => {
  const functions = { mixed: spec('never', { concurrencyPerWorker: 4, timeoutSeconds: 0.3 }) };
  const invoker = localInvoker(functions, { mixed: 1 }, () => undefined);
  const outcomes = await Promise.all([invoker.invoke('mixed', request), invoker.invoke('mixed', request)]);
  const late = await invoker.invoke('mixed', { ...request, isolate: true });
  await invoker.close();
  assert.deepEqual(bothOf(outcomes), [
    ['throttled', true],
    ['throttled', true],
  ]);
  assert.equal(late.kind === 'fault' && late.fault.name, 'Sandbox.Timedout');
});

test('a module that cannot be loaded fails its own calls, not those of its neighbours', async () => {
  const functions = { bad: spec('x', { file: broken, worker: 'shop' }), good: spec('done', { worker: 'shop' }) };
  const invoker = localInvoker(functions, {}, () => undefined);
  const [bad, good] = await Promise.all([invoker.invoke('bad', request), invoker.invoke('good', request)]);
  const alone = await invoker.invoke('bad', { ...request, isolate: true });
  await invoker.close();
  assert.deepEqual(bothOf([bad]), [['throttled', true]]);
  assert.equal(answerOf(good), 'done');
  assert.equal(alone.kind === 'fault' && alone.fault.message, 'does not load');
});

test('calls that end in one turn of the event loop are all answered, however many they are', async () => {
  const functions = { done: spec('done', { concurrencyPerWorker: 100 }) };
  const invoker = localInvoker(functions, { done: 1 }, () => undefined);
  const outcomes = await Promise.all(Array.from({ length: 21 }, () => invoker.invoke('done', request)));
  await invoker.close();
  assert.deepEqual(outcomes.map(answerOf), Array(21).fill('done'));
});

test('what a function posts to the dispatcher by itself is ignored', async () => {
  const invoker = localInvoker({ rubbish: spec('rubbish') }, {}, () => undefined);
  const outcome = await invoker.invoke('rubbish', request);
  await invoker.close();
  assert.equal(answerOf(outcome), 'done');
});

test('Buffers count towards the memory of a function, also where it never lets anybody else run', async () => {
  const invoker = localInvoker({ hoards: spec('hoards', { memoryMegabytes: 128 }) }, {}, () => undefined);
  const outcome = await invoker.invoke('hoards', request);
  await invoker.close();
  assert.equal(outcome.kind === 'fault' && outcome.fault.name, 'Runtime.OutOfMemory');
});

test('where the system gives no further worker, the call was no attempt', async () => {
  let refuse = true;
  const startWorker: StartWorker = (...given) => {
    if (refuse) throw new Error('EAGAIN');
    return startThread(...given);
  };
  const invoker = localInvoker({ done: spec('done') }, {}, () => undefined, {
    machine: { ...thisMachine, startWorker },
  });
  const refused = await invoker.invoke('done', request);
  refuse = false;
  const served = await invoker.invoke('done', request);
  await invoker.close();
  assert.deepEqual([refused.kind, served.kind], ['throttled', 'answer']);
});

test('a provisioned worker that its call ended is replaced at once', async () => {
  const { promise: replaced, resolve } = Promise.withResolvers<void>();
  let started = 0;
  const onColdStart = () => {
    if (++started === 2) resolve();
  };
  const invoker = localInvoker({ exits: spec('exits', { provisionedConcurrency: 1 }) }, {}, onColdStart);
  await invoker.invoke('exits', request);
  await replaced;
  await invoker.close();
});

test('a call that the end of the dispatcher cuts off was no attempt', async () => {
  const invoker = localInvoker({ never: spec('never') }, {}, () => undefined);
  await invoker.warm();
  const call = invoker.invoke('never', request);
  await invoker.close();
  assert.equal((await call).kind, 'throttled');
});

test('a call that nobody wants any more when its worker has loaded, or is free, is not made', async () => {
  const started: string[] = [];
  const invoker = localInvoker({ done: spec('done') }, { done: 1 }, (name) => void started.push(name));
  const wanted = () => started.length === 0;
  const [loading, waiting] = await Promise.all([
    invoker.invoke('done', { ...request, wanted }),
    invoker.invoke('done', { ...request, wanted }),
  ]);
  const next = await invoker.invoke('done', request);
  await invoker.close();
  assert.deepEqual([loading.kind, waiting.kind, answerOf(next)], ['cancelled', 'cancelled', 'done']);
});
