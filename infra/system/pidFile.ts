import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startOf } from '../engines/processGroup.ts';
import { usualHome } from '../engines/site.ts';
import { Trouble } from '../faults.ts';

/** What a system that runs writes of itself: a folder of its own, which it may write to whoever it runs as. */
export const systemFolder = join(usualHome, 'system');
const wholeName = `${process.env.DESPACHO_NAMESPACE ?? ''}system`;
const { DESPACHO_PARTS: someParts } = process.env;

/** Systems of different namespaces, and different parts of one, can run from one folder: each has its own name. */
export const systemName = someParts ? `${wholeName}-${someParts.replaceAll(/[^a-z]+/g, '-')}` : wholeName;

/** Names the process that `npm run stop` ends first: the parent of an npx would not pass a signal on. */
const pidFilePath = join(systemFolder, `${systemName}.pid`);

/** The files of this namespace's system: of the whole, and of parts that run by themselves. */
export function pidFiles(): string[] {
  const names = existsSync(systemFolder) ? readdirSync(systemFolder) : [];
  const own = names.filter(
    (name) => name.startsWith(wholeName) && /^(-[a-z-]+)?\.pid$/.test(name.slice(wholeName.length)),
  );
  return own.map((name) => join(systemFolder, name));
}

/** `remove` deletes the file, and does nothing where it is gone already. */
export type PidFile = Readonly<{ remove(): void }>;

/** Whom the process runs as, by the kernel's number. */
const runsAs = (pid: string): number =>
  Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

/** Root's system has given its folder away: who writes there what root then ends can name a process of his own alone. */
function isOwn(path: string, pid: string): boolean {
  const { uid } = lstatSync(path);
  return uid === 0 || uid === runsAs(pid);
}

/**
 * The process of a system that runs from this folder. A file left by one that was killed counts for nothing, whoever has
 * been given its number since.
 */
export function runningSystem(path = pidFilePath): number | undefined {
  // Where another may write, a pipe would be read for ever.
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const [pid = '', start] = readFileSync(path, 'utf8').split(' ');
  const lives = start !== undefined && startOf(Number(pid)) === start;
  return lives && isOwn(path, pid) ? Number(pid) : undefined;
}

/** @throws Trouble when another system runs from this folder already */
export function requireNoSystem(path = pidFilePath): void {
  const other = runningSystem(path);
  if (other === undefined || other === process.pid) return;
  throw new Trouble('machine', `A system runs from this folder already (process ${other}). End it with: npm run stop`);
}

/** @throws Trouble when another system runs from this folder already */
export function writePidFile(path = pidFilePath): PidFile {
  requireNoSystem(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Never through a link: root's system gives the folder to whom it runs as.
  rmSync(path, { force: true });
  writeFileSync(path, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
  return { remove: () => rmSync(path, { force: true }) };
}
