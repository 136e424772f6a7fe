import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { codeOf } from '../faults.ts';
import { guard } from '../http/guard.ts';

/** Where people look for a Kafka UI. */
const port = 8080;

/**
 * Leads whoever looks there to the console's Kafka view.
 * @returns undefined where the port is taken, by a Kafka UI of somebody else's for instance
 */
export async function startKafkaUi(consoleUrl: string): Promise<Server | undefined> {
  const location = new URL('/#kafka', consoleUrl).href;
  const server = createServer((_request, response) => response.writeHead(302, { location }).end());
  guard(server);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}
