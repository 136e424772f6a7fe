/** How a registry is asked, and what is said where it does not answer as one. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { certify } from '../../certify.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { SchemaRegistry } from './registry.ts';

const folder = ownFolder();

const never = new AbortController().signal;

async function serve(context: TestContext, answer: RequestListener, secure?: { key: string; cert: string }) {
  const server = secure ? createSecure(secure, answer) : createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => server.close());
  return `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
}

const schemas: Record<string, object> = {
  '/api/schemas/ids/5': {
    schema: 'order',
    schemaType: 'PROTOBUF',
    references: [
      { name: 'money.proto', subject: 'common/money', version: 2 },
      { name: 'line.proto', subject: 'line', version: 1 },
    ],
  },
  '/api/subjects/common%2Fmoney/versions/2': { schema: 'money', schemaType: 'PROTOBUF' },
  '/api/subjects/line/versions/1': {
    schema: 'line',
    references: [
      { name: 'unit.proto', subject: 'unit', version: 1 },
      { name: 'money.proto', subject: 'common/money', version: 2 },
    ],
  },
  '/api/subjects/unit/versions/1': { schema: 'unit', schemaType: 'PROTOBUF', references: null },
};
const answer: RequestListener = ({ url = '' }, response) => {
  const found = schemas[url];
  response.statusCode = found ? 200 : 404;
  response.end(JSON.stringify(found ?? { error_code: 40403, message: 'Schema not found' }));
};

test('what a schema refers to comes before it, each once', async (context) => {
  const registry = new SchemaRegistry(await serve(context, answer), {});
  const { format, text, references } = (await registry.schema(5, never)) ?? {};
  assert.deepEqual(
    [format, text, references?.map((one) => one.text)],
    ['PROTOBUF', 'order', ['money', 'unit', 'line']],
  );
  assert.equal(await registry.schema(6, never), undefined);
});

test('it logs in, over TLS that the given authority vouches for', async (context) => {
  certify(folder, 'registry');
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8');
  let asked: string | undefined;
  const url = await serve(
    context,
    ({ headers }, response) => {
      asked = headers.authorization;
      response.end(JSON.stringify({ schema: '"string"' }));
    },
    { key: pem('registry.key'), cert: pem('registry.pem') },
  );
  const login = { username: 'ana', password: 'p:w' };
  const registry = new SchemaRegistry(url, { login, tls: { ca: pem('registry-ca.pem') } });
  assert.equal((await registry.schema(1, never))?.format, 'AVRO');
  assert.equal(asked, `Basic ${Buffer.from('ana:p:w').toString('base64')}`);
  await assert.rejects(new SchemaRegistry(url, { login }).schema(1, never), /certificate/);
});

test('what is no registry is told, and is no schema that is missing', async (context) => {
  const answers: [number, string][] = [
    [404, '<html>'],
    [401, '{"error_code":401,"message":"Unauthorized"}'],
    [200, '{"hello":1}'],
    [500, ''],
  ];
  for (const [status, text] of answers) {
    const url = await serve(context, (_, response) => response.writeHead(status).end(text));
    await assert.rejects(
      new SchemaRegistry(url, {}).schema(1, never),
      new RegExp(`/api/schemas/ids/1: answers with ${status}`),
    );
  }
});
