/** What a function finds in the environment that it is called in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localInvoker } from './invoker.ts';
import { answerOf, moduleOf, request } from './pool.fixture.ts';

type Environment = Record<string, string>;

const { spec } = moduleOf(
  () => `
export const asked = async (_, context) => 'clientContext' in context ? context.clientContext : 'none';
export const variables = async () => process.env;
export const nest = { a: { b: async () => 'found' } };
`,
);

test('a handler can be an export inside an export', async () => {
  const invoker = localInvoker({ nested: spec('nest.a.b') }, {}, () => undefined);
  const outcome = await invoker.invoke('nested', request);
  await invoker.close();
  assert.equal(answerOf(outcome), 'found');
});

test('a function finds the variables that AWS reserves, and its own; of a shared worker those of no single function', async () => {
  const own = { environment: { MINE: '1' }, deployedHandler: 'functions.variables', memoryMegabytes: 256 };
  const shared = { worker: 'shop', environment: { MINE: '1' } };
  const functions = {
    alone: spec('variables', { ...own, name: 'shop-dev-alone', region: 'eu-west-1' }),
    together: spec('variables', shared),
    beside: spec('variables', shared),
  };
  const invoker = localInvoker(functions, {}, () => undefined);
  const [alone, together] = await Promise.all([invoker.invoke('alone', request), invoker.invoke('together', request)]);
  await invoker.close();
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, ...seen } = answerOf(alone) as Environment;
  assert.deepEqual([AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE], ['shop-dev-alone', '256']);
  assert.deepEqual([seen._HANDLER, seen.AWS_REGION], ['functions.variables', 'eu-west-1']);
  assert.deepEqual([seen.IS_OFFLINE, seen.MINE, seen.PATH], ['true', '1', process.env.PATH]);
  assert.deepEqual([seen.LAMBDA_TASK_ROOT, seen.AWS_LAMBDA_FUNCTION_VERSION], ['/var/task', '$LATEST']);
  const shop = answerOf(together) as Environment;
  assert.deepEqual([shop.IS_OFFLINE, shop.MINE, '_HANDLER' in shop], ['true', '1', false]);
});

test('the context has a client context only where it is asked for', async () => {
  const functions = { asks: spec('asked', { clientContext: true }), plain: spec('asked') };
  const invoker = localInvoker(functions, {}, () => undefined);
  const [asks, plain] = await Promise.all([invoker.invoke('asks', request), invoker.invoke('plain', request)]);
  await invoker.close();
  assert.deepEqual(answerOf(asks), { custom: { ...request.custom, coldStart: true } });
  assert.equal(answerOf(plain), 'none');
});
