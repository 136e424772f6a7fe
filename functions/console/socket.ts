/**
 * The page's WebSocket. A connection (the guard of all listeners lets in our page's only) is remembered until it ends, and `infra/console`
 * sends it what happens; the page itself says nothing.
 */
import type { APIGatewayProxyResultV2 } from 'aws-lambda';
import { connectRedis } from '../runtime/connection.redis.ts';
import { readSettings, type Settings } from '../settings.ts';
import { watchersKey } from './asks.ts';

type SocketEvent = Readonly<{
  requestContext: Readonly<{ connectionId: string; eventType: 'CONNECT' | 'DISCONNECT' }>;
}>;

const settings: Settings = readSettings();
const redis = connectRedis(settings);
const key = watchersKey(settings.namespace);

/**
 * Adds the connection to the set in Redis or takes it out. Always answers 200.
 * @throws when Redis does not answer
 */
export async function handler({ requestContext }: SocketEvent): Promise<APIGatewayProxyResultV2> {
  const { connectionId, eventType } = requestContext;
  if (eventType === 'CONNECT') await redis.sadd(key, connectionId);
  if (eventType === 'DISCONNECT') await redis.srem(key, connectionId);
  return { statusCode: 200 };
}
