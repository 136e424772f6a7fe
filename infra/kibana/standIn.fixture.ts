/**
 * A small server that imports saved objects as Kibana documents it, for tests on machines where no Kibana can run:
 * it wants the header against forged requests and a file named .ndjson, and refuses what refers to missing objects.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Reference = Readonly<{ type: string; id: string; name: string }>;
type SavedObject = Readonly<{ type: string; id: string; references: Reference[] }>;
type Answer = readonly [status: number, body: string];

const keyOf = ({ type, id }: Readonly<{ type: string; id: string }>) => `${type}:${id}`;
const fault = (statusCode: number, message: string): Answer => [statusCode, JSON.stringify({ statusCode, message })];

async function formOf(request: IncomingMessage): Promise<FormData> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Response(Buffer.concat(chunks), { headers }).formData();
}

function errorsOf(
  object: SavedObject,
  has: (key: string) => boolean,
  overwrite: boolean,
): { error: object } | undefined {
  const missing = object.references.filter((reference) => !has(keyOf(reference)));
  if (missing.length > 0) {
    return { error: { type: 'missing_references', references: missing.map(({ type, id }) => ({ type, id })) } };
  }
  return has(`kept ${keyOf(object)}`) && !overwrite ? { error: { type: 'conflict' } } : undefined;
}

/** @param first answers each request before the import is looked at, to play a Kibana in trouble */
export async function startStandIn(first: (request: IncomingMessage) => Answer | undefined = () => undefined) {
  const kept = new Map<string, SavedObject>();

  async function take(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (request.method !== 'POST' || url.pathname !== '/api/saved_objects/_import') return fault(404, 'Not Found');
    if (!request.headers['kbn-xsrf']) return fault(400, 'Request must contain a kbn-xsrf header.');
    const file = (await formOf(request)).get('file');
    if (!(file instanceof File)) return fault(400, '[request body.file]: expected value of type [Stream]');
    if (!file.name.endsWith('.ndjson')) return fault(400, `Invalid file extension ${file.name}`);
    const objects: SavedObject[] = (await file.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const brought = new Set(objects.map(keyOf));
    const has = (key: string) => (key.startsWith('kept ') ? kept.has(key.slice(5)) : brought.has(key) || kept.has(key));
    const overwrite = url.searchParams.get('overwrite') === 'true';
    const errors = objects.flatMap((object) => {
      const found = errorsOf(object, has, overwrite);
      return found ? [{ type: object.type, id: object.id, ...found }] : [];
    });
    const bad = new Set(errors.map(keyOf));
    const good = objects.filter((object) => !bad.has(keyOf(object)));
    for (const object of good) kept.set(keyOf(object), object);
    const outcome = { success: errors.length === 0, successCount: good.length, warnings: [] };
    return [200, JSON.stringify(errors.length > 0 ? { ...outcome, errors } : outcome)];
  }

  const server = createServer(async (request, response) => {
    const [status, body] = first(request) ?? (await take(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kept,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
