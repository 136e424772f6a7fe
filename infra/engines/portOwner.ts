/** Tells who holds a port that an engine needs, before the engine fails on it with a page of Java. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isFree } from '../http/isFree.ts';
import type { Site } from './engine.ts';
import { type Engine, EngineFault } from './engine.ts';
import { holderOf } from './socketHolder.ts';

const listening = '0A';

/** Socket numbers of the listeners on a port, from the kernel's tables. */
function listeners(port: number): string[] {
  const inodes: string[] = [];
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'latin1').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === listening && Number.parseInt(local.split(':').pop() ?? '', 16) === port) inodes.push(inode);
    }
  }
  return inodes;
}

/** The process behind a port, as far as we may see it. */
function describeOwner(port: number): string {
  const pid = holderOf(listeners(port));
  if (!pid) return 'another program';
  const [file = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return `\`${[basename(file), ...args].join(' ').trim().slice(0, 60)}\` (process ${pid})`;
}

/** @throws EngineFault that names the port's holder and the variables that help */
export async function checkPortsFree(engine: Engine, site: Site): Promise<void> {
  for (const { variable } of engine.ports) {
    const advice = `set ${variable} to a free port, or set ${engine.external} if it is the engine to use`;
    await requireFree(site.port(variable), engine.title, advice);
  }
}

/** @throws EngineFault that names the port's holder and what helps */
export async function requireFree(port: number, who: string, advice: string): Promise<void> {
  if (await isFree(port)) return;
  throw new EngineFault(
    `Port ${port}, which ${who} needs, is taken by ${describeOwner(port)}. Stop that program, or ${advice}.`,
  );
}
