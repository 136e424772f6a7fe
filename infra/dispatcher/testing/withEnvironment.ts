import { environmentOf } from '../invoke/environment.ts';
import type { Functions } from '../invoke/invocation.ts';

/** Does the work with the variables that the functions find in `process.env`, and gives back those that there were. */
export async function withEnvironment<T>(functions: Functions, work: () => Promise<T>): Promise<T> {
  const variables = environmentOf(functions, { AWS_REGION: process.env.AWS_REGION });
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, had] of before) {
      if (had === undefined) delete process.env[name];
      else process.env[name] = had;
    }
  }
}
