import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startOf } from '../engines/processGroup.ts';
import { usualHome } from '../engines/site.ts';

const folder = join(usualHome, 'run');
const wholeName = `${process.env.DESPACHO_NAMESPACE ?? ''}system`;
const { DESPACHO_PARTS: someParts } = process.env;

/** Systems of different namespaces, and different parts of one, can run from one folder: each has its own name. */
export const systemName = someParts ? `${wholeName}-${someParts.replaceAll(/[^a-z]+/g, '-')}` : wholeName;

/** Names the process that `npm run stop` ends first: the parent of an npx would not pass a signal on. */
const pidFilePath = join(folder, `${systemName}.pid`);

/** The files of this namespace's system: of the whole, and of parts that run by themselves. */
export function pidFiles(): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter(
    (name) => name.startsWith(wholeName) && /^(-[a-z-]+)?\.pid$/.test(name.slice(wholeName.length)),
  );
  return own.map((name) => join(folder, name));
}

/** `remove` deletes the file, and does nothing where it is gone already. */
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
