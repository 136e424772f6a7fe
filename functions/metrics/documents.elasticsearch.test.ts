import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { elasticsearchDocuments } from './documents.elasticsearch.ts';

const document = { index: 'despacho-emails', id: 'one', body: {} };

type Answer = Readonly<{ status: number; type?: string }>;

/** What the adapter makes of one document that Elasticsearch answers so. */
async function create({ status, type }: Answer) {
  const error = type && { type, reason: 'because' };
  const server = createServer((_, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ errors: status >= 300, items: [{ create: { status, error } }] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const store = elasticsearchDocuments({ elasticsearchUrl: `http://127.0.0.1:${port}`, access: {}, namespace: '' });
  try {
    return await store.create([document]);
  } finally {
    await store.close();
    server.close();
  }
}

for (const { status, type } of [
  { status: 403, type: 'cluster_block_exception' },
  { status: 400, type: 'index_closed_exception' },
  { status: 400, type: 'validation_exception' },
  { status: 404, type: 'index_not_found_exception' },
  { status: 403, type: 'security_exception' },
  { status: 429, type: 'es_rejected_execution_exception' },
  { status: 503, type: 'unavailable_shards_exception' },
]) {
  test(`${type} (${status}) may pass: the documents wait, and the reason is told`, async () => {
    await assert.rejects(create({ status, type }), new RegExp(`wait in Kafka: 1 × ${status} ${type}: because`));
  });
}

test('what is wrong with a document itself is its end', async () => {
  const refused = await create({ status: 400, type: 'strict_dynamic_mapping_exception' });
  assert.deepEqual(refused, [{ document, reason: 'strict_dynamic_mapping_exception: because' }]);
});

test('a document that is there already counts as written', async () => {
  assert.deepEqual(await create({ status: 409, type: 'version_conflict_engine_exception' }), []);
  assert.deepEqual(await create({ status: 201 }), []);
});
