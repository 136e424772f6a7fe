/** How a cluster is entered: AWS's access configurations, with the secrets that `custom.dispatcher.secrets` finds. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { Mistake, messageOf } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';

/** By the name of the secret in the event, most often its ARN: where the JSON lies that AWS Secrets Manager would hold. */
const secretSource = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: 'is { env: <variable> } or { file: <path> }, which holds the secret as JSON',
  },
);
/** `custom.dispatcher.secrets`; none where the key is missing. */
export const secretsSchema = z.record(z.string(), secretSource).default({});
type Secrets = z.infer<typeof secretsSchema>;

const secretName = z
  .union([z.string(), z.array(z.string()).length(1)])
  .transform((named) => [named].flat()[0] ?? '')
  .optional();

/** The words of serverless; those of the network mean nothing offline. */
export const accessSchema = z.strictObject({
  vpcSubnet: z.unknown().optional(),
  vpcSecurityGroup: z.unknown().optional(),
  saslPlainAuth: secretName,
  saslScram256Auth: secretName,
  saslScram512Auth: secretName,
  clientCertificateTlsAuth: secretName,
  serverRootCaCertificate: secretName,
});
/** The names of secrets, most often ARNs, and not what they hold. A list of one name has become the name. */
export type AccessConfigurations = z.infer<typeof accessSchema>;

type Surroundings = Readonly<{ environment: Readonly<Record<string, string | undefined>>; folder: string }>;

const mechanisms = {
  saslPlainAuth: 'plain',
  saslScram256Auth: 'scram-sha-256',
  saslScram512Auth: 'scram-sha-512',
} as const;
const logins = Object.keys(mechanisms) as (keyof typeof mechanisms)[];
const secretKeys = [...logins, 'clientCertificateTlsAuth', 'serverRootCaCertificate'] as const;

const login = z.object({ username: z.string(), password: z.string() });
const pair = z.object({ certificate: z.string(), privateKey: z.string(), privateKeyPassword: z.string().optional() });
const root = z.object({ certificate: z.string() });

/** The names of the secrets that an event's access needs. */
export const secretsOf = (configurations: AccessConfigurations): string[] =>
  secretKeys.flatMap((key) => configurations[key] ?? []);

/**
 * As on AWS whoever logs in does so over TLS, unless `tls` is false. What names a secret that is nowhere to be found here is left
 * out: most often it is a placeholder.
 * @param here the environment of this process, and the service's folder, where the paths of files start
 * @returns undefined where nothing is needed
 * @throws Mistake that names the secret at fault, and never what it holds
 */
export function accessOf(
  configurations: AccessConfigurations,
  { secrets, tls }: { secrets: Secrets; tls?: boolean | undefined },
  here: Surroundings,
): KafkaLogin | undefined {
  const find = <T>(key: (typeof secretKeys)[number], schema: z.ZodType<T>): T | undefined => {
    const name = configurations[key];
    const source = name === undefined ? undefined : secrets[name];
    return source && secretFrom(source, schema, `custom.dispatcher.secrets.${name}`, here);
  };
  const mechanism = logins.find((key) => configurations[key] !== undefined && secrets[configurations[key]]);
  const user = mechanism && find(mechanism, login);
  const own = find('clientCertificateTlsAuth', pair);
  const authority = find('serverRootCaCertificate', root);
  if (tls === false && (own || authority)) {
    throw new Mistake('service', 'custom.dispatcher.tls: is false, and yet there is a certificate to be used');
  }
  const secure = tls ?? (user !== undefined || own !== undefined || authority !== undefined);
  if (!secure && !user) return undefined;
  return {
    ...(secure && {
      tls: {
        ...(own && { cert: own.certificate, key: own.privateKey }),
        ...(own?.privateKeyPassword !== undefined && { passphrase: own.privateKeyPassword }),
        ...(authority && { ca: authority.certificate }),
      },
    }),
    ...(user && mechanism && { sasl: { mechanism: mechanisms[mechanism], ...user } as SASLOptions }),
  };
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
  const read = schema.safeParse(jsonOf(text, at));
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

/** A parser's own words quote what it reads. */
function jsonOf(text: string, at: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Mistake('service', `${at}: is no JSON`);
  }
}
