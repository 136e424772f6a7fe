/**
 * An engine that root starts runs as a user who owns nothing but its data: whatever talks an engine into writing files
 * or running programs gets no further than that.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, fchownSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type User, userOf } from '../access/rootsUsers.ts';
import { codeOf } from '../faults.ts';
import { EngineFault } from './engine.ts';

const project = resolve(import.meta.dirname, '../..');

function works(command: readonly string[]): boolean {
  const [file = '', ...args] = command;
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** By what it is, and not by its name: where a link has taken its place meanwhile, nothing is done. @returns undefined for what is none of ours */
function openThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/**
 * Gives the user what root has made below `path`. Links are never followed, also where they come while this looks, and a
 * file that has a second name is not given: the user could have put them there to be given somebody else's.
 */
export function give(path: string, user: Pick<User, 'id' | 'group'>): void {
  const opened = openThere(path);
  if (opened === undefined) return;
  try {
    const entry = fstatSync(opened);
    if (entry.uid === 0 && (entry.isDirectory() || entry.nlink === 1)) fchownSync(opened, user.id, user.group);
    const inside = `/proc/self/fd/${opened}`;
    if (entry.isDirectory()) for (const name of readdirSync(inside)) give(join(inside, name), user);
  } finally {
    closeSync(opened);
  }
}

const drop = ({ id, group }: User) =>
  ['setpriv', `--reuid=${id}`, `--regid=${group}`, '--clear-groups', '--no-new-privs', '--bounding-set=-all'] as const;

/** Whether the user can do what a shell's words test with `"$1"`. */
export const isAbleTo = (user: User, words: string, path: string): boolean =>
  works([...drop(user), 'sh', '-c', words, 'sh', path]);

/** The outermost folder on the way to the project that others may not pass, like /root. */
function privateFolder(path: string): string | undefined {
  const parent = dirname(path);
  const outer = parent === path ? undefined : privateFolder(parent);
  return outer ?? ((statSync(path).mode & 0o001) === 0 ? path : undefined);
}

/** Where the engine looks, an empty folder takes the place of the private one, with the project alone in it. */
const showProjectOnly = `set -e; m=$(mktemp -d); mount --bind "$1" "$m"; mount -t tmpfs -o mode=755 tmpfs "$2"
mkdir -p "$1"; mount --bind "$1" "$1"; mount --move "$m" "$1"; rmdir "$m"; cd "$3"; shift 3; exec "$@"`;

/**
 * What to put before an engine's command so that it does not run as root; nothing when we are not root.
 * @param data the engine's folder, which the user is given
 * @throws EngineFault where the user cannot reach it
 */
export function asOrdinaryUser(title: string, data: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const user = userOf('engines');
  give(data, user);
  const reaches = ['sh', '-c', 'test -w "$1" && test -r "$2"', 'sh', data, import.meta.filename];
  if (works([...drop(user), ...reaches])) return drop(user);
  const hidden = privateFolder(project);
  if (hidden) {
    const through = ['unshare', '--mount', 'sh', '-c', showProjectOnly, 'sh', project, hidden, data, ...drop(user)];
    if (works([...through, ...reaches])) return through;
  }
  throw new EngineFault(
    `${title} does not run as root, and an unprivileged user cannot reach ${data}. ` +
      'Run the command as an ordinary user, or move the project out of a private folder.',
  );
}
