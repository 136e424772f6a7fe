/** AWS's SchemaRegistryConfig: who is asked for the schemas of records, and what a function gets of these. */
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { type FindSecret, loginSecret, tlsOf } from './secrets.ts';

const url = z
  .url({
    protocol: /^https?$/,
    error: "is the URL of a Confluent schema registry; AWS Glue's is not spoken here",
  })
  .refine((text) => new URL(text).username === '', 'holds no login: that is what AccessConfigs names a secret for');

const attributes = ['KEY', 'VALUE'] as const;
const accessTypes = ['BASIC_AUTH', 'CLIENT_CERTIFICATE_TLS_AUTH', 'SERVER_ROOT_CA_CERTIFICATE'] as const;

/** In the words of CloudFormation: the events of serverless have none. */
export const schemaRegistrySchema = z.strictObject({
  SchemaRegistryURI: url,
  /** JSON: what is checked comes decoded; SOURCE: as it was produced, without what frames it. */
  EventRecordFormat: z.enum(['JSON', 'SOURCE']),
  SchemaValidationConfigs: z.array(z.strictObject({ Attribute: z.enum(attributes) })).min(1),
  /** `URI` is the name of a secret, most often its ARN. */
  AccessConfigs: z.array(z.strictObject({ Type: z.enum(accessTypes), URI: z.string().min(1) })).default([]),
});
/** Which of a record's parts have schemas, where these are, and the names of the secrets that it takes to get there. */
export type SchemaRegistryConfig = z.infer<typeof schemaRegistrySchema>;

/** How a registry is entered. Without a login nobody logs in; `tls` says more than the address does about certificates. */
export type RegistryAccess = Readonly<{ login?: { username: string; password: string }; tls?: ConnectionOptions }>;

/** @throws Mistake that names the secret at fault, and never what it holds */
export function registryAccess({ AccessConfigs }: SchemaRegistryConfig, find: FindSecret): RegistryAccess {
  const named = (type: (typeof accessTypes)[number]) => AccessConfigs.find(({ Type }) => Type === type)?.URI;
  const login = find(named('BASIC_AUTH'), loginSecret);
  const tls = tlsOf(find, named('CLIENT_CERTIFICATE_TLS_AUTH'), named('SERVER_ROOT_CA_CERTIFICATE'));
  return { ...(login && { login }), ...(tls && { tls }) };
}
