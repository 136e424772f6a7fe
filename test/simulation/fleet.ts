/** Simulations side by side, in a process each: virtual time replaces what is global. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Done, Order } from './child.ts';
import type { SimulationName } from './simulations.ts';

/** Real seconds without an answer after which a child is ended: it hangs without doing anything. One that works ends itself before that. */
const patience = 3600;

/** So many seeds, one after another. */
export function* seedsFrom(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

export type FleetOptions = Readonly<{
  name: SimulationName;
  processes: number;
  /** Further flags of Node. */
  execArgv?: readonly string[];
  /** Beside the one of this process. */
  environment?: Readonly<Record<string, string>>;
  /** Whether each failure is shrunk and told. */
  stories?: boolean;
}>;

/**
 * Simulates seeds until there are no more, or until told to stop: what is under way is given up then, since some seeds
 * take a hundred times as long as others.
 * @param heard called with each outcome, in no order @returns false to stop
 */
export async function simulateAll(
  seeds: Iterator<number>,
  heard: (done: Done) => boolean,
  { name, processes, execArgv = [], environment = {}, stories = false }: FleetOptions,
): Promise<void> {
  let going = true;
  const children = new Set<ChildProcess>();
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    for (let next = seeds.next(); going && !next.done; next = seeds.next()) {
      child ??= fork(join(import.meta.dirname, 'child.ts'), {
        execArgv: [...process.execArgv, ...execArgv],
        env: { ...process.env, ...environment },
      });
      children.add(child);
      const order = { name, seed: next.value };
      const done = await one(child, order);
      const told = going && stories && done.failure !== undefined && child.connected;
      const { story } = told ? await one(child, { ...order, story: true }) : done;
      if (!child.connected) child = undefined;
      if (going) going = heard({ ...done, story });
    }
    if (going) child?.disconnect();
    else for (const one of children) one.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: processes }, work));
}

async function one(child: ChildProcess, order: Order): Promise<Done> {
  const nothing = { seed: order.seed, hash: '', records: 0, disturbances: 0, story: undefined };
  child.send(order);
  const late = setTimeout(() => child.kill('SIGKILL'), patience * 1000);
  const { promise, resolve } = Promise.withResolvers<Done>();
  const exited = (code: number | null, signal: string | null) =>
    resolve({ ...nothing, failure: `its process ended by ${signal ?? code}` });
  child.once('message', resolve).once('exit', exited);
  const done = await promise.finally(() => clearTimeout(late));
  child.off('message', resolve).off('exit', exited);
  return done;
}
