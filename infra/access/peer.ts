/**
 * Whose program is at the other end of a connection within this machine: Linux knows, so nobody need be asked for a password,
 * neither a browser nor an SDK that has no place for one.
 */
import { isLoopback } from './loopback.ts';
import { userOf } from './rootsUsers.ts';
import { systemTable } from './systemTable.ts';

/** As a socket of Node's tells it. */
type Ends = Readonly<{
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

const hex = (number: number, digits: number): string => number.toString(16).toUpperCase().padStart(digits, '0');

/** The address without what makes IPv6 of one of IPv4, and without its interface. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*/, '');

function bytesOf(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((byte) => hex(Number(byte), 2))
      .join('');
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => hex(Number.parseInt(group, 16), 4)).join('');
}

/** An end as the kernel's tables have it: words of 4 bytes, the last one first, and the port. A socket of IPv6 may speak IPv4, too. */
function endPattern(address = '', port = 0): string {
  const bytes = bytesOf(plain(address));
  const words = bytes.replace(/(..)(..)(..)(..)/g, '$4$3$2$1');
  return `${bytes.length === 8 ? '(?:0{16}FFFF0000)?' : ''}${words}:${hex(port, 4)}`;
}

/**
 * Owners of the sockets at the other end, by its addresses too: beside a connection that ends now another may have the same ports.
 * None for one that its program has closed: whose it was is not known any more.
 */
function ownersIn(rows: string, ends: Ends): (number | undefined)[] {
  const theirs = `${endPattern(ends.remoteAddress, ends.remotePort)} ${endPattern(ends.localAddress, ends.localPort)}`;
  const row = new RegExp(String.raw`^ *\d+: ${theirs} (\w\w) \S+ \S+ \S+ +(\d+) +\d+ (\d+) `, 'gm');
  return [...rows.matchAll(row)]
    .filter(([, state]) => state !== ended)
    .map(([, , uid, inode]) => (inode === '0' ? undefined : Number(uid)));
}

/** A socket is in one of them alone, and most are in the first: each takes milliseconds to read. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * @param look reads one of the kernel's tables of the sockets of this machine; empty where the system keeps none
 * @param users who may come
 */
export function isOfOthers(ends: Ends, look: (table: string) => string, users: ReadonlySet<number>): boolean {
  let isTold = false;
  for (const table of Array<string[]>(mostLooks).fill(tables).flat()) {
    const rows = look(table);
    const owners = ownersIn(rows, ends);
    if (owners.length > 0) return owners.some((uid) => uid === undefined || !users.has(uid));
    isTold ||= rows !== '';
  }
  return isTold;
}

/** Whom root's system runs as, also for what else root runs: an engine, which has another user, is told. */
const systemUser = (own: number): string | number | undefined =>
  process.env.SYSTEM_UID ?? (own === 0 && process.geteuid ? userOf('system').id : undefined);

/** We ourselves, root, who became root to start us, and root's system. */
function ourUsers(): ReadonlySet<number> {
  const own = process.geteuid?.() ?? 0;
  const others = [process.env.SUDO_UID, systemUser(own)].flatMap((uid) => (uid ? [Number(uid)] : []));
  return new Set([0, own, ...others]);
}

const isWithin = (address = ''): boolean => isLoopback(plain(address));

/**
 * Whether a connection comes from another user of this machine; so does one that is broken already, of which it is not known. From
 * another machine it comes from nobody here: none reaches a loopback address of ours, which a program here can from any of its own.
 */
export function isOfAnotherUser(ends: Ends): boolean {
  // The library of SMTP tells an empty one.
  if (!ends.remoteAddress) return true;
  const isHere = isWithin(ends.remoteAddress) || isWithin(ends.localAddress);
  return isHere && isOfOthers(ends, systemTable, ourUsers());
}
