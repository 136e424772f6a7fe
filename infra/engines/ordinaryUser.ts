/** Elasticsearch and PostgreSQL refuse to run as root. This makes root an ordinary user for one command. */
import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineFault } from './engine.ts';

const unshare = ['unshare', '--user', '--map-user=1000', '--map-group=1000'] as const;

function works(command: readonly string[]): boolean {
  const [file = '', ...args] = command;
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function give(folder: string, user: number, group: number): void {
  chownSync(folder, user, group);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chownSync(join(entry.parentPath, entry.name), user, group);
  }
}

const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

/**
 * What to put before a command so that it does not run as root; nothing when we are not root.
 * A user namespace needs no other user and keeps access to a project below /root. Where namespaces are
 * forbidden, the command runs as nobody, who is given `folders`.
 */
export function asOrdinaryUser(name: string, folders: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  if (works([...unshare, 'true'])) return unshare;
  const [user, group] = [idOf('-u'), idOf('-g')];
  const setpriv = ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
  for (const folder of folders) give(folder, user, group);
  if (folders.every((folder) => works([...setpriv, 'test', '-w', folder]))) return setpriv;
  throw new EngineFault(
    `${name} refuses to run as root, and the user nobody cannot reach ${folders[0]}. ` +
      'Run the command as an ordinary user, or move the project out of a private folder.',
  );
}
