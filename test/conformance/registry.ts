/** What answers for a Confluent schema registry where rules are asked: schemas by their ids, as it has them. */
import { createServer } from 'node:http';
import type { GivenSchema } from '../../infra/dispatcher/testing/interface.ts';
import { portOf } from '../../infra/http/portOf.ts';

export type Registry = Readonly<{ url: string; end(): void }>;

export async function registryWith(schemas: Readonly<Record<number, GivenSchema>>): Promise<Registry> {
  const server = createServer(({ url }, response) => {
    const found = schemas[Number(/^\/schemas\/ids\/(\d+)$/.exec(url ?? '')?.[1])];
    response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json');
    if (!found) return void response.writeHead(404).end('{"error_code":40403,"message":"Schema not found"}');
    const { schema, ...more } = found;
    response.end(JSON.stringify({ ...more, schema: typeof schema === 'string' ? schema : JSON.stringify(schema) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
