import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaServer } from './lambda.fixture.ts';
import { lambdaApi } from './liveMappings.ts';

test('a mapping stays what it was where its function is not told of for once', async (context) => {
  const server = await lambdaServer(() => undefined);
  context.after(() => server.close());
  server.mappings.set('one', {
    UUID: 'one',
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:ship',
    State: 'Enabled',
    Topics: ['orders'],
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['127.0.0.1:9092'] } },
  });
  const api = await lambdaApi(server.url);
  context.after(() => api.close());
  const { signal } = new AbortController();
  const first = await api.mappings(signal);
  server.silent.add('ship');
  assert.deepEqual(await api.mappings(signal), first);
  assert.deepEqual(first[0]?.service.functions, { ship: { name: 'ship', timeout: 7 } });
});
