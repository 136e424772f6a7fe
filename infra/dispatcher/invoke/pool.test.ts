import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Outcome } from './invocation.ts';
import { localInvoker } from './invoker.ts';

const folder = mkdtempSync(join(tmpdir(), 'pool-'));
after(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'functions.mjs');
writeFileSync(
  file,
  `import { threadId } from 'node:worker_threads';
export const where = async (_, { functionName, clientContext }) => [threadId, functionName, clientContext.custom.coldStart];
export const never = () => new Promise(() => undefined);
`,
);

const request = {
  source: { eventSource: 'SelfManagedKafka' as const, bootstrapServers: '', topic: 'orders' },
  records: [],
  custom: { attempt: 1, fetchedAt: 0 },
  answer: true,
};
const answerOf = (outcome: Outcome): unknown => outcome.kind === 'answer' && JSON.parse(outcome.json ?? '');

test('functions that share a worker run in one thread, each under its own name and with its own cold start', async () => {
  const where = { file, handler: 'where', timeoutSeconds: 10 };
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

test('what takes too long fails; its neighbours in the thread are told to come again, and are served', async () => {
  const functions = {
    stuck: { file, handler: 'never', timeoutSeconds: 1, worker: 'shop' },
    patient: { file, handler: 'never', timeoutSeconds: 60, worker: 'shop' },
    quick: { file, handler: 'where', timeoutSeconds: 10, worker: 'shop' },
  };
  const invoker = localInvoker(functions, {}, () => undefined);
  const [stuck, patient] = await Promise.all([invoker.invoke('stuck', request), invoker.invoke('patient', request)]);
  assert.equal(stuck.kind === 'fault' && stuck.fault.name, 'Sandbox.Timedout');
  assert.equal(patient.kind, 'throttled');
  assert.equal((await invoker.invoke('quick', request)).kind, 'answer');
  await invoker.close();
});
