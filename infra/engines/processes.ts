/** CPU and memory of processes, as the operating system counts them (Linux, /proc). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usualHome } from './site.ts';

/** Of a process group: CPU time since it began, and what lies in memory now. */
export type Usage = Readonly<{ cpuSeconds: number; residentMegabytes: number }>;

/** Linux counts CPU time in hundredths of a second on every machine that it runs on today. */
const ticksPerSecond = 100;
const pageBytes = 4096;

type Stat = { parent: string; group: number; ticks: number; pages: number };

/** Fields of /proc/<pid>/stat that follow the name, which may itself hold spaces and brackets. */
function statOf(pid: string): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { parent: fields[1] ?? '', group: Number(fields[2]), ticks, pages: Number(fields[21]) };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** PostgreSQL's sessions map the same buffers, so each is given its share of them, where the system tells it. */
function residentBytes(pid: string, { pages }: Stat): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
    return Number(kilobytes) * 1024 || pages * pageBytes;
  } catch {
    return pages * pageBytes;
  }
}

/**
 * The sum over the process groups, by name. A group is named by the id of its leader; what its processes have
 * started belongs to it, even in a group of its own, as each session of PostgreSQL is.
 */
export function usageOf(groups: ReadonlyMap<string, number>): Map<string, Usage> {
  const sums = new Map([...groups.keys()].map((name) => [name, { cpuSeconds: 0, residentMegabytes: 0 }]));
  const names = new Map([...groups].map(([name, group]) => [group, name]));
  const stats = new Map<string, Stat>();
  for (const pid of readdirSync('/proc')) {
    const stat = /^\d+$/.test(pid) ? statOf(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  const nameOf = (stat: Stat | undefined): string | undefined =>
    stat && (names.get(stat.group) ?? nameOf(stats.get(stat.parent)));
  for (const [pid, stat] of stats) {
    const sum = sums.get(nameOf(stat) ?? '');
    if (!sum) continue;
    sum.cpuSeconds += stat.ticks / ticksPerSecond;
    sum.residentMegabytes += residentBytes(pid, stat) / 2 ** 20;
  }
  return sums;
}

/** The engines that were started from this folder: name → process group. */
export function engineGroups(home = usualHome): Map<string, number> {
  const run = join(home, 'run');
  const files = readdirSync(run).filter((file) => file.endsWith('.pid'));
  return new Map(
    files.map((file) => [file.slice(0, -'.pid'.length), Number.parseInt(readFileSync(join(run, file), 'utf8'), 10)]),
  );
}
