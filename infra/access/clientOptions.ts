/** How each engine's client is told what its address does not say: in one place, for the system and for who waits for the engine. */
import type { ConnectionOptions } from 'node:tls';
import type IgniteClient from 'apache-ignite-client';
import type { ClientConfig } from 'pg';
import { isLoopback } from '../http/guard.ts';
import type { EngineAccess } from './ownEngines.ts';

type Tls = Readonly<{ tls?: ConnectionOptions }>;

/** For ioredis, beside the address. */
export const redisOptions = ({ redis }: Pick<EngineAccess, 'redis'>): Tls => ({ ...redis });

/** For Elasticsearch's client, beside the address. */
export const elasticsearchOptions = ({ elasticsearch }: Pick<EngineAccess, 'elasticsearch'>): Tls => ({
  ...elasticsearch,
});

/** For nodemailer, with the address. Letters go to another machine over TLS alone, unless that is refused by name. */
export function smtpOptions(address: string, { smtp }: Pick<EngineAccess, 'smtp'>) {
  const tls = smtp?.tls ?? (isLoopback(new URL(address).hostname) ? undefined : {});
  return { url: address, ...(tls && { requireTLS: true, tls }) };
}

/** For pg. Where TLS is asked for, the server's certificate is verified whatever the address says of `sslmode`. */
export function postgresOptions(address: string, { database }: Pick<EngineAccess, 'database'>): ClientConfig {
  if (!database?.tls) return { connectionString: address };
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (name.startsWith('ssl')) url.searchParams.delete(name);
  return { connectionString: url.href, ssl: database.tls };
}

/** For Ignite's client. @param client its module */
export function igniteOptions(
  client: typeof IgniteClient,
  endpoint: string,
  { ignite }: Pick<EngineAccess, 'ignite'>,
): InstanceType<typeof IgniteClient.IgniteClientConfiguration> {
  const configuration = new client.IgniteClientConfiguration(endpoint);
  if (ignite?.login) configuration.setUserName(ignite.login.user).setPassword(ignite.login.password);
  return ignite?.tls ? configuration.setConnectionOptions(true, ignite.tls) : configuration;
}
