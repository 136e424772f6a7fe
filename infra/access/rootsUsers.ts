/** Whom root's engines run as, and root's system. */
import { systemTable } from './systemTable.ts';

/** `id` and `group` are numbers of the kernel's. */
export type User = Readonly<{ name: string; id: number; group: number }>;

/** Users of every Linux who own no files, and whom hardly anything runs as: what talks an engine over has not the system yet. */
const names = { engines: 'daemon', system: 'bin' } as const;

/** Of an image that knows no users. */
const unknown: User = { name: 'nobody', id: 65_534, group: 65_534 };

/** @param table as `/etc/passwd`, where these users are wherever there are any; read and not asked for, since an image may have no `id` */
export function userOf(whose: keyof typeof names, table: string = systemTable('/etc/passwd')): User {
  for (const name of [names[whose], 'nobody']) {
    const [, id, group] = table.match(RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm')) ?? [];
    if (id && group) return { name, id: Number(id), group: Number(group) };
  }
  return unknown;
}
