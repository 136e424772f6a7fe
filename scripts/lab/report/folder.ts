import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { userOf } from '../../../infra/access/rootsUsers.ts';
import { Mistake } from '../../../infra/faults.ts';

const owns = (user: number, path: string): boolean => statSync(path, { throwIfNoEntry: false })?.uid === user;

/**
 * Root's system has been given folders, where its user can put links that lead what root writes elsewhere, and pages that
 * root's browser opens.
 * @param user whom such folders belong to; undefined where this process is not root's, and writes as anybody
 * @throws Mistake where the folder, or one that it is in, is that user's
 */
export function checkFolder(
  folder: string,
  user: number | undefined = process.getuid?.() === 0 ? userOf('system').id : undefined,
): void {
  for (let path = resolve(folder); user !== undefined && path !== dirname(path); path = dirname(path)) {
    if (!owns(user, path)) continue;
    throw new Mistake(
      'flag',
      `--out ${folder}: ${path} is the folder of the system's user, and root makes no report in it: copy it, and name the copy.`,
    );
  }
}
