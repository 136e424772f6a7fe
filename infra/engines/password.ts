import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../faults.ts';

/** What the system itself reads, once it is up. */
export const systemSecrets = { orderIds: 'order-ids', view: 'console-view', operate: 'console-operate' } as const;

/**
 * The password of an engine that is started here: random, made once, and kept where only its owner reads it,
 * and for `systemSecrets` whom root's system runs as. The
 * settings of functions and tools find it there too.
 * @param home the ignored folder of all engines
 */
export function passwordOf(home: string, engine: string): string {
  const folder = join(home, 'secrets');
  const file = join(folder, engine);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Whoever comes first makes it, and a start beside it reads it.
    writeFileSync(file, randomBytes(24).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
