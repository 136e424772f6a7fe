import { environmentOf } from '../invoke/environment.ts';
import type { Functions } from '../invoke/invocation.ts';

/** The variables of each that runs now, the newest last. */
const layers: Readonly<Record<string, string>>[] = [];
/** What there was before the first of them. */
const original = new Map<string, string | undefined>();

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Does the work with the variables that the functions find in `process.env`, and gives back those that there were. */
export async function withEnvironment<T>(functions: Functions, work: () => Promise<T>): Promise<T> {
  const variables = environmentOf(functions, { AWS_REGION: process.env.AWS_REGION });
  for (const name of Object.keys(variables)) if (!original.has(name)) original.set(name, process.env[name]);
  Object.assign(process.env, variables);
  layers.push(variables);
  try {
    return await work();
  } finally {
    layers.splice(layers.indexOf(variables), 1);
    for (const name of Object.keys(variables))
      set(name, layers.findLast((one) => name in one)?.[name] ?? original.get(name));
    if (layers.length === 0) original.clear();
  }
}
