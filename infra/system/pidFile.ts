import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usualHome } from '../engines/site.ts';

/**
 * Names the process that `npm run stop` ends first: the parent of an npx would not pass a signal on.
 * Systems of different namespaces do not disturb each other.
 */
export const pidFilePath = join(usualHome, 'run', `${process.env.DESPACHO_NAMESPACE ?? ''}system.pid`);

export type PidFile = Readonly<{ remove(): void }>;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process of a system that runs from this folder; a file left by one that was killed counts for nothing. */
export function runningSystem(path = pidFilePath): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return pid > 0 && isAlive(pid) ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws Error when a system runs from this folder already */
export function writePidFile(path = pidFilePath): PidFile {
  const other = runningSystem(path);
  if (other !== undefined && other !== process.pid) {
    throw new Error(`A system runs from this folder already (process ${other}). End it with: npm run stop`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, String(process.pid));
  return { remove: () => rmSync(path, { force: true }) };
}
