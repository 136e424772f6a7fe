/**
 * The page's WebSocket. A connection that comes from our page is remembered until it ends, and `infra/console`
 * sends it what happens; the page itself says nothing.
 */
import type { APIGatewayProxyResultV2 } from 'aws-lambda';
import { connectRedis } from '../runtime/connection.redis.ts';
import { readSettings, type Settings } from '../settings.ts';
import { watchersKey } from './asks.ts';
import { isOurHost, isOurOrigin } from './guard.ts';

type SocketEvent = Readonly<{
  headers?: Readonly<Record<string, string | undefined>>;
  requestContext: Readonly<{ connectionId: string; eventType: 'CONNECT' | 'DISCONNECT' | 'MESSAGE' }>;
}>;

const settings: Settings = readSettings();
const redis = connectRedis(settings);
const key = watchersKey(settings.namespace);

function mayConnect(given: SocketEvent['headers'] = {}): boolean {
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  return isOurOrigin(headers.origin, settings) && isOurHost(headers.host, settings.consoleSocket);
}

export async function handler({ headers, requestContext }: SocketEvent): Promise<APIGatewayProxyResultV2> {
  const { connectionId, eventType } = requestContext;
  if (eventType === 'CONNECT') {
    if (!mayConnect(headers)) return { statusCode: 403 };
    await redis.sadd(key, connectionId);
  }
  if (eventType === 'DISCONNECT') await redis.srem(key, connectionId);
  return { statusCode: 200 };
}
