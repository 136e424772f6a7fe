import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { Mistake, messageOf } from '../faults.ts';
import { readJson } from '../json.ts';

/**
 * Reads a file of keys or passwords, which nobody but its owner may read. Of a file that is not ours the group may, since we read
 * it by that ourselves: a secret in Kubernetes is root's, and of the group that its containers are given.
 * @param variable that names the file @param what it is a list of, like `callers`
 * @throws Mistake that names the variable, what is wrong and the cure, and never what the file holds
 */
export function readPrivate<T>(variable: string, file: string, what: string, schema: z.ZodType<T>): T {
  const wrong = (why: string) => new Mistake('setting', `${variable}: ${file} ${why}`);
  let text: string;
  try {
    const { mode, uid } = statSync(file);
    const others = uid === process.getuid?.() ? 0o077 : 0o037;
    if (mode & others) throw wrong('holds secrets and is readable by others: chmod 600');
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof Mistake ? error : wrong(`cannot be read: ${messageOf(error)}`);
  }
  const read = schema.safeParse(readJson(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(`is no list of ${what}: ${issue?.path.join('.') || 'it'} ${issue?.message}`);
}
