import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { readSettings } from '../../functions/settings.ts';
import { putTemplates } from './templates.ts';

test('what only looks like Elasticsearch is refused with that reason, and not waited for', async (context) => {
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => server.close());
  const elasticsearchUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connectElasticsearch({ ...readSettings(), elasticsearchUrl });
  await assert.rejects(putTemplates(client, ''), /server is not Elasticsearch/);
  await client.close();
});
