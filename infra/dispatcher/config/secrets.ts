/** What `custom.dispatcher.secrets` finds: the JSON that AWS Secrets Manager would hold, in a variable or a file. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { Mistake, messageOf } from '../../faults.ts';
import { readJson } from '../../json.ts';

/** By the name of the secret in the event, most often its ARN: where the JSON lies that AWS Secrets Manager would hold. */
const secretSource = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: 'is { env: <variable> } or { file: <path> }, which holds the secret as JSON',
  },
);
/** `custom.dispatcher.secrets`; none where the key is missing. */
export const secretsSchema = z.record(z.string(), secretSource).default({});
export type Secrets = z.infer<typeof secretsSchema>;

/** The environment of this process, and the service's folder, where the paths of files start. */
export type Surroundings = Readonly<{ environment: Readonly<Record<string, string | undefined>>; folder: string }>;

/** What AWS's secrets hold: a login, a certificate of one's own with its key, an authority's certificate; in PEM. */
export const loginSecret = z.object({ username: z.string(), password: z.string() });
const pairSecret = z.object({
  certificate: z.string(),
  privateKey: z.string(),
  privateKeyPassword: z.string().optional(),
});
const rootSecret = z.object({ certificate: z.string() });

/** Undefined for a name that nothing is known of: most often it is a placeholder. @throws Mistake that names the secret at fault, and never what it holds */
export type FindSecret = <T>(name: string | undefined, schema: z.ZodType<T>) => T | undefined;

export const secretFinder =
  (secrets: Secrets, here: Surroundings): FindSecret =>
  (name, schema) => {
    const source = name === undefined ? undefined : secrets[name];
    return source && secretFrom(source, schema, `custom.dispatcher.secrets.${name}`, here);
  };

/** What TLS needs of secrets. @returns undefined where neither of the two is known */
export function tlsOf(find: FindSecret, own: string | undefined, authority: string | undefined) {
  const [pair, root] = [find(own, pairSecret), find(authority, rootSecret)];
  if (!pair && !root) return undefined;
  const options: ConnectionOptions = {
    ...(pair && { cert: pair.certificate, key: pair.privateKey }),
    ...(pair?.privateKeyPassword !== undefined && { passphrase: pair.privateKeyPassword }),
    ...(root && { ca: root.certificate }),
  };
  return options;
}

function secretFrom<T>(
  source: z.infer<typeof secretSource>,
  schema: z.ZodType<T>,
  at: string,
  { environment, folder }: Surroundings,
): T {
  const text = 'env' in source ? environment[source.env] : textOf(resolve(folder, source.file), at);
  if (text === undefined)
    throw new Mistake('service', `${at}: the environment has no ${'env' in source && source.env}`);
  const json = readJson(text);
  if (json === undefined) throw new Mistake('service', `${at}: is no JSON`);
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const missing = read.error.issues.map(({ path }) => path.join('.') || 'an object').join(', ');
  throw new Mistake('service', `${at}: lacks ${missing}; it is JSON as AWS Secrets Manager holds it`);
}

function textOf(file: string, at: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Mistake('service', `${at}: ${messageOf(error)}`);
  }
}
