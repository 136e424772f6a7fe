/** What a function has around it, beside the event. */
import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';

export const environmentRules: Rule[] = [
  {
    name: 'process.env has the variables that AWS reserves, and says that it is offline',
    page: pages.variables,
    words: 'AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, AWS_REGION, _HANDLER, LAMBDA_TASK_ROOT, …',
    definition: { memorySize: 256, environment: { MINE: 'yes' } },
    handler(_, { note }) {
      const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, ...env } = process.env;
      const { AWS_REGION, AWS_LAMBDA_FUNCTION_VERSION, LAMBDA_TASK_ROOT, IS_OFFLINE, MINE } = env;
      note([memory, AWS_REGION, AWS_LAMBDA_FUNCTION_VERSION, LAMBDA_TASK_ROOT, IS_OFFLINE, MINE].join(' '));
      note(`${name} ${env._HANDLER}`);
    },
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilCommitted(0, 1);
      const [variables, names] = scene.notes();
      assert.equal(variables, '256 us-east-1 $LATEST /var/task true yes');
      assert.match(names ?? '', /^\S+ scenes\/\S+\/function\.handler$/);
    },
  },
  {
    name: 'the context has a client context only where custom.dispatcher asks for it',
    page: pages.invokeContext,
    words: 'clientContext: client context that the application that invokes the function provides',
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilDelivered(['a']);
      assert.ok(!('clientContext' in (scene.calls()[0]?.context ?? {})));
    },
  },
  {
    name: 'the context has what a function on Lambda has',
    page: pages.context,
    words: 'functionName, awsRequestId, memoryLimitInMB, getRemainingTimeInMillis(), …',
    definition: { timeout: 30, memorySize: 256 },
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilDelivered(['a']);
      const context = scene.calls()[0]?.context ?? {};
      assert.match(String(context.awsRequestId), /^[0-9a-f-]{36}$/);
      assert.equal(context.memoryLimitInMB, '256');
      assert.equal(context.functionVersion, '$LATEST');
      assert.match(String(context.invokedFunctionArn), /^arn:aws:lambda:/);
      const remaining = Number(context.remaining);
      assert.ok(remaining > 25_000 && remaining <= 30_000, `${remaining} ms`);
    },
  },
];
