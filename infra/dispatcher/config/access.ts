/** How a cluster is entered: AWS's access configurations, by the secrets that it names. */

import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { Mistake } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';
import { namesOf } from '../../namesOf.ts';
import { bearerSecret, mskIam, oauthBearer } from './bearer.ts';
import { loginSecret, type Secrets, type Surroundings, secretFinder, tlsOf } from './secrets.ts';

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
  saslOauthbearerAuth: secretName,
  clientCertificateTlsAuth: secretName,
  serverRootCaCertificate: secretName,
});
/** The names of secrets, most often ARNs, and not what they hold. A list of one name has become the name. */
export type AccessConfigurations = z.infer<typeof accessSchema>;

/** Those by a password, by what AWS calls them. */
export const mechanisms = {
  saslPlainAuth: 'plain',
  saslScram256Auth: 'scram-sha-256',
  saslScram512Auth: 'scram-sha-512',
} as const;
const logins = namesOf(mechanisms);
const secretKeys = [...logins, 'saslOauthbearerAuth', 'clientCertificateTlsAuth', 'serverRootCaCertificate'] as const;

/** The names of the secrets that an event's access needs. */
export const secretsOf = (configurations: AccessConfigurations): string[] =>
  secretKeys.flatMap((key) => configurations[key] ?? []);

/**
 * As on AWS whoever logs in does so over TLS, unless `tls` is false. What names a secret that is nowhere to be found here is left
 * out: most often it is a placeholder.
 * @param iam AWS's region: who has no login enters by the IAM of MSK
 * @param here the environment of this process, and the service's folder, where the paths of files start
 * @returns undefined where nothing is needed
 * @throws Mistake that names the secret at fault, and never what it holds
 */
export function accessOf(
  configurations: AccessConfigurations,
  { secrets, tls, iam }: { secrets: Secrets; tls?: boolean | undefined; iam?: string | undefined },
  here: Surroundings,
): KafkaLogin | undefined {
  const find = secretFinder(secrets, here);
  const mechanism = logins.find((key) => configurations[key] !== undefined && secrets[configurations[key]]);
  const user = mechanism && find(configurations[mechanism], loginSecret);
  const credentials = find(configurations.saslOauthbearerAuth, bearerSecret);
  const sasl =
    (user && mechanism && ({ mechanism: mechanisms[mechanism], ...user } as SASLOptions)) ??
    (credentials && oauthBearer(credentials)) ??
    (iam === undefined ? undefined : mskIam(iam));
  const certificates = tlsOf(find, configurations.clientCertificateTlsAuth, configurations.serverRootCaCertificate);
  if (tls === false && certificates) {
    throw new Mistake('service', 'custom.dispatcher.tls: is false, and yet there is a certificate to be used');
  }
  const secure = tls ?? (sasl !== undefined || certificates !== undefined);
  if (!secure && !sasl) return undefined;
  return {
    ...(secure && { tls: { ...certificates } }),
    ...(sasl && { sasl }),
  };
}
