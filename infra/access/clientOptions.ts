/** How each engine's client is told what its address does not say: in one place, for the system and for who waits for the engine. */
import type IgniteClient from 'apache-ignite-client';
import type { ClientConfig } from 'pg';
import { brokerList } from '../kafkajs/brokerList.ts';
import { isLoopback } from './loopback.ts';
import type { EngineAccess } from './ownEngines.ts';

/** ms until a sentinel that does not answer is passed over. */
const sentinelPatience = 2000;

/** For ioredis, beside the address. Sentinels are asked for the primary by the host's name, at each connection. */
export function redisOptions(address: string, { redis = {} }: Pick<EngineAccess, 'redis'>) {
  const { sentinels, ...tls } = redis;
  if (!sentinels) return tls;
  const secure = address.startsWith('rediss:');
  return {
    ...tls,
    sentinels: [...sentinels.hosts],
    name: new URL(address).hostname,
    // Without `failoverDetector`: what it hears while a connection is being made ends ioredis' client for ever. A primary that
    // was made a replica closes its connections, and one that hangs is given up for its silence.
    sentinelCommandTimeout: sentinelPatience,
    sentinelUsername: sentinels.user,
    sentinelPassword: sentinels.password,
    ...(secure && { enableTLSForSentinelMode: true, sentinelTLS: tls.tls ?? {} }),
  };
}

/** For Elasticsearch's client. @param addresses of its nodes, with commas between them */
export const elasticsearchOptions = (addresses: string, { elasticsearch }: Pick<EngineAccess, 'elasticsearch'>) => ({
  ...elasticsearch,
  nodes: brokerList(addresses),
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
