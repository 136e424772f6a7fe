import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startOf } from '../engines/processGroup.ts';
import { usualHome } from '../engines/site.ts';

/**
 * Names the process that `npm run stop` ends first: the parent of an npx would not pass a signal on.
 * Systems of different namespaces do not disturb each other.
 */
export const pidFilePath = join(usualHome, 'run', `${process.env.DESPACHO_NAMESPACE ?? ''}system.pid`);

export type PidFile = Readonly<{ remove(): void }>;

/**
 * The process of a system that runs from this folder. A file left by one that was killed counts for nothing, whoever has
 * been given its number since.
 */
export function runningSystem(path = pidFilePath): number | undefined {
  if (!existsSync(path)) return undefined;
  const [pid = '', start] = readFileSync(path, 'utf8').split(' ');
  return start !== undefined && startOf(Number(pid)) === start ? Number(pid) : undefined;
}

/** @throws Error when a system runs from this folder already */
export function writePidFile(path = pidFilePath): PidFile {
  const other = runningSystem(path);
  if (other !== undefined && other !== process.pid) {
    throw new Error(`A system runs from this folder already (process ${other}). End it with: npm run stop`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${process.pid} ${startOf(process.pid)}`);
  return { remove: () => rmSync(path, { force: true }) };
}
