/**
 * Whose program is at the other end of a connection within this machine: Linux knows, so nobody need be asked for a password,
 * neither a browser nor an SDK that has no place for one.
 */
import { readFileSync } from 'node:fs';
import { isLoopback } from './loopback.ts';

/** As a socket of Node's tells it. */
export type Ends = Readonly<{
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
  localAddress?: string | undefined;
  localPort?: number | undefined;
}>;

/** TIME_WAIT: what is left of a connection that has ended. */
const ended = '06';

/**
 * The kernel hands its table out page by page, and passes a socket over where one before it ends between two pages: who is not
 * found is looked for again.
 */
const mostLooks = 3;

const hex = (port = 0): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Owners of the sockets whose ports are these; none for one that its program has closed: whose it was is not known any more. */
function ownersIn(tables: string, { remotePort, localPort }: Ends): (number | undefined)[] {
  const ports = String.raw`\w+:${hex(remotePort)} \w+:${hex(localPort)}`;
  const row = new RegExp(String.raw`^ *\d+: ${ports} (\w\w) \S+ \S+ \S+ +(\d+) +\d+ (\d+) `, 'gm');
  return [...tables.matchAll(row)]
    .filter(([, state]) => state !== ended)
    .map(([, , uid, inode]) => (inode === '0' ? undefined : Number(uid)));
}

/**
 * @param look reads the kernel's tables of the sockets of this machine; empty where the system keeps none
 * @param users who may come
 */
export function isOfOthers(ends: Ends, look: () => string, users: Set<number>): boolean {
  for (let looks = 0; looks < mostLooks; looks++) {
    const tables = look();
    if (tables === '') return false;
    const owners = ownersIn(tables, ends);
    if (owners.length > 0) return owners.some((uid) => uid === undefined || !users.has(uid));
  }
  return true;
}

function readTables(): string {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      return '';
    }
  });
  return tables.join('');
}

/** We ourselves, root, and who became root to start us. */
function ourUsers(): Set<number> {
  const { SUDO_UID } = process.env;
  return new Set([0, process.geteuid?.() ?? 0, ...(SUDO_UID ? [Number(SUDO_UID)] : [])]);
}

const isWithin = (address = ''): boolean => isLoopback(address.replace(/^::ffff:/, ''));

/**
 * Whether a connection comes from another user of this machine; so does one that is broken already, of which it is not known. From
 * another machine it comes from nobody here: none reaches a loopback address of ours, which a program here can from any of its own.
 */
export function isOfAnotherUser(ends: Ends): boolean {
  if (ends.remoteAddress === undefined) return true;
  const isHere = isWithin(ends.remoteAddress) || isWithin(ends.localAddress);
  return isHere && isOfOthers(ends, readTables, ourUsers());
}
