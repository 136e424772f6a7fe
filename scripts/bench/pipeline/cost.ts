/** What a row costs: every process that takes part in it, the client among them. */
import { engineGroups, type Usage, usageOf } from '../../../infra/engines/processes.ts';
import type { Row } from './rows.ts';

/** By name of the process. CPU seconds count from its start: a cost is the difference of two looks. */
type Costs = ReadonlyMap<string, Usage>;

/** Columns of the table, in this order. The client is this process: it places the orders and counts what is finished. */
export const processes = ['client', 'system', 'kafka', 'redis', 'elasticsearch', 'inbox'] as const;

const enginesOf = ({ metrics, email }: Pick<Row, 'metrics' | 'email'>): string[] => [
  'kafka',
  'redis',
  ...(metrics ? ['elasticsearch'] : []),
  ...(email ? ['inbox'] : []),
];

/**
 * Which processes to count for a row, by name.
 * @param groups the engines that run on this machine: name → process group
 * @throws Error when an engine that takes part is none of them: its cost would be left out
 */
export function countedOf(
  row: Pick<Row, 'metrics' | 'email'>,
  systemPid: number,
  groups: ReadonlyMap<string, number>,
): Map<string, number> {
  const counted = new Map([['system', systemPid]]);
  for (const engine of enginesOf(row)) {
    const group = groups.get(engine);
    if (group === undefined) {
      throw new Error(`What ${engine} costs cannot be counted: it is no process that was started from this folder.
Stop it, then: node infra/engines/up.ts ${engine}, which starts it as a process of its own.`);
    }
    counted.set(engine, group);
  }
  return counted;
}

/** @throws Error when an engine that takes part was not started from this folder (`countedOf`) */
export function costsNow(row: Pick<Row, 'metrics' | 'email'>, systemPid: number): Costs {
  const { user, system } = process.cpuUsage();
  const client = { cpuSeconds: (user + system) / 1e6, residentMegabytes: process.memoryUsage.rss() / 2 ** 20 };
  return usageOf(countedOf(row, systemPid, engineGroups())).set('client', client);
}

/** CPU seconds per 1,000 orders, by process. */
export const cpuPer1000 = (before: Costs, after: Costs, orders: number): Record<string, number> =>
  Object.fromEntries(
    [...after].map(([name, { cpuSeconds }]) => [
      name,
      ((cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) / orders) * 1000,
    ]),
  );
