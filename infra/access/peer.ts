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
  localPort?: number | undefined;
}>;

/** TIME_WAIT: what is left of a connection that has ended. */
const ended = '06';

const portIn = (address = ''): number => Number.parseInt(address.split(':').at(-1) ?? '', 16);

/** Owners of the sockets whose ports are these; none for one that its program has closed: whose it was is not known any more. */
function ownersIn(tables: readonly string[], from: number, to: number): (number | undefined)[] {
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((row) => row.trim().split(/\s+/));
  return rows
    .filter(([, local, remote, state]) => portIn(local) === from && portIn(remote) === to && state !== ended)
    .map(([, , , , , , , uid, , inode]) => (inode === '0' ? undefined : Number(uid)));
}

/**
 * @param tables the kernel's, of the sockets of this machine; none where the system keeps no such tables
 * @param users who may come
 */
export function isOfOthers(
  { remotePort = 0, localPort = 0 }: Omit<Ends, 'remoteAddress'>,
  tables: readonly string[],
  users: Set<number>,
) {
  if (tables.length === 0) return false;
  const owners = ownersIn(tables, remotePort, localPort);
  return owners.length === 0 || owners.some((uid) => uid === undefined || !users.has(uid));
}

function readTables(): string[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    try {
      return [readFileSync(path, 'latin1')];
    } catch {
      return [];
    }
  });
}

/** We ourselves, root, and who became root to start us. */
function ourUsers(): Set<number> {
  const { SUDO_UID } = process.env;
  return new Set([0, process.geteuid?.() ?? 0, ...(SUDO_UID ? [Number(SUDO_UID)] : [])]);
}

/**
 * Whether a connection comes from another user of this machine; so does one that is broken already, of which it is not known. From
 * another machine it comes from nobody here.
 */
export function isOfAnotherUser(ends: Ends): boolean {
  if (ends.remoteAddress === undefined) return true;
  return isLoopback(ends.remoteAddress.replace(/^::ffff:/, '')) && isOfOthers(ends, readTables(), ourUsers());
}
