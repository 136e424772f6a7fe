import type { Functions } from './invocation.ts';

/**
 * What a function finds in `process.env`: this process's variables, AWS's reserved ones, its own, and that it is
 * offline. Functions that share a worker share these too, so there those that name one function are left out.
 */
export function environmentOf(functions: Functions, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const all = Object.entries(functions);
  const [first] = all;
  if (!first) return {};
  const [name, spec] = first;
  const region = spec.region ?? inherited.AWS_REGION ?? 'us-east-1';
  const deployed = spec.name ?? name;
  const of = {
    _HANDLER: spec.deployedHandler ?? spec.handler,
    AWS_LAMBDA_FUNCTION_NAME: deployed,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes ?? 1024),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed}`,
  };
  const plain = Object.entries(inherited).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...Object.fromEntries(plain),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    ...(all.length === 1 ? of : {}),
    // Those that share a worker have the same.
    ...spec.environment,
    IS_OFFLINE: 'true',
  };
}
