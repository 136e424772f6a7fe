/** A system that root has started goes on as a user who owns nothing: who talks a function into writing gets no further. */
import { chmodSync, chownSync, closeSync, fchownSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Settings } from '../../functions/settings.ts';
import { accessVariables } from '../access/ownEngines.ts';
import { type User, userOf } from '../access/rootsUsers.ts';
import { isAbleTo } from '../engines/ordinaryUser.ts';
import { passwordOf, systemSecrets } from '../engines/password.ts';
import { usualHome } from '../engines/site.ts';
import { trailFile } from './listeners.ts';

const project = resolve(import.meta.dirname, '../..');

/** Of the user's group is nobody else. The owner stays, so that the system cannot put others in their place. */
function show(path: string, mode: number, { group }: User): void {
  chownSync(path, statSync(path).uid, group);
  chmodSync(path, mode);
}

/** What it starts itself measures the engines' processes, whose ids lie in `run`. */
function showOurs(user: User, home: string): void {
  const folder = join(home, 'secrets');
  for (const name of Object.values(systemSecrets)) {
    passwordOf(home, name);
    show(join(folder, name), 0o640, user);
  }
  show(folder, 0o710, user);
  show(join(home, 'run'), 0o750, user);
}

/** Root's folder, where nobody else can have put a link. */
function giveTrail({ id, group }: User): void {
  const file = openSync(trailFile, 'a', 0o600);
  fchownSync(file, id, group);
  closeSync(file);
}

/** What a person keeps elsewhere, and the system reads again when it changes. */
const filesOf = (settings: Settings): string[] =>
  [
    settings.grpcCertificate,
    settings.grpcKey,
    settings.grpcClientAuthority,
    settings.grpcCallers,
    settings.grpcSecret,
    settings.grpcAuthority,
    settings.grpcApiKey,
    settings.consoleCertificate,
    settings.consoleKey,
    settings.consolePeople,
    ...accessVariables.map((name) => process.env[`${name}_FILE`] ?? ''),
  ].filter(Boolean);

/** The file or folder that keeps the system from running as that user. */
function unreadable(user: User, settings: Settings, home: string): string | undefined {
  if (!isAbleTo(user, 'test -x "$1"', process.execPath)) return process.execPath;
  const file = [join(project, 'package.json'), ...filesOf(settings)].find(
    (one) => !isAbleTo(user, 'test -r "$1"', one),
  );
  // Where an ordinary user has made it, it is hers alone.
  return file ?? (isAbleTo(user, 'test -x "$1"', home) ? undefined : home);
}

/**
 * Lets go of root, for this process with all its threads and for good; does nothing where it is not root's.
 * @param prepare is told whom it will be, while it is root still
 * @param home the ignored folder of engines and system
 * @returns what is to be said of it
 */
export function dropRoot(
  settings: Settings,
  prepare: (user: User) => void,
  home: string = usualHome,
): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = userOf('system');
  const file = unreadable(user, settings, home);
  if (file) {
    return (
      `The system runs on as root, since the user ${user.name} cannot reach ${file}: let that group read it ` +
      `(chgrp ${user.name}, chmod 640, and pass its folders), or start the system as an ordinary user.`
    );
  }
  showOurs(user, home);
  giveTrail(user);
  prepare(user);
  process.setgroups?.([]);
  process.setgid?.(user.group);
  process.setuid?.(user.id);
  return `The system runs as the user ${user.name} from here on, and no more as root.`;
}
