import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Trouble } from '../faults.ts';
import { importObjects } from './import.ts';
import { savedObjects } from './savedObjects.ts';
import { startStandIn } from './standIn.fixture.ts';

type First = Parameters<typeof startStandIn>[0];

async function standIn(context: TestContext, first?: First) {
  const kibana = await startStandIn(first);
  context.after(() => kibana.close());
  return kibana;
}

const fault = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Trouble);
  assert.match(error.message, message);
  return true;
};

test('all objects are taken, and a second import replaces them', async (context) => {
  const kibana = await standIn(context);
  const objects = savedObjects('es');
  const count = objects.trim().split('\n').length;
  assert.equal(await importObjects(kibana.address, objects), count);
  assert.equal(await importObjects(`${kibana.address}/`, objects), count);
  assert.equal(kibana.kept.size, count);
});

test('a missing reference is told with the object that lacks it', async (context) => {
  const kibana = await standIn(context);
  const [, ...withoutFirstView] = savedObjects('en').trim().split('\n');
  await assert.rejects(
    importObjects(kibana.address, withoutFirstView.join('\n')),
    fault(/did not take \d+ of the objects, first lens despacho-en-orders-received: .*missing_references/),
  );
});

test('name and password of the address go into the header, and nowhere else', async (context) => {
  const seen: (string | undefined)[] = [];
  const kibana = await standIn(context, ({ headers, url }) => {
    seen.push(headers.authorization, url);
    return [401, '{}'];
  });
  const address = kibana.address.replace('//', '//ana:s%40fe@');
  await assert.rejects(importObjects(address, savedObjects('es')), (error: Error) => {
    assert.match(error.message, /asks who you are \(401\)/);
    assert.doesNotMatch(error.message, /s@fe|s%40fe/);
    return true;
  });
  const login = `Basic ${Buffer.from('ana:s@fe').toString('base64')}`;
  assert.deepEqual(seen, [login, '/api/saved_objects/_import?overwrite=true']);
});

const troubles: readonly (readonly [string, readonly [number, string], RegExp])[] = [
  ['is still starting', [503, 'Kibana server is not ready yet'], /is still starting. Try again in a minute/],
  ['has only begun to start', [415, 'Unsupported Media Type'], /is still starting. Try again in a minute/],
  ['is something else', [404, 'nothing here'], /is no Kibana \(404\). Give its address with --kibana/],
  ['answers something else', [200, '<html>welcome</html>'], /is no Kibana/],
  ['refuses', [400, '{"message":"Unable to import"}'], /refuses the dashboards \(400\): .*Unable to import/],
];
for (const [name, answer, message] of troubles) {
  test(`a Kibana that ${name} is told in one sentence`, async (context) => {
    const kibana = await standIn(context, () => answer);
    await assert.rejects(importObjects(kibana.address, savedObjects('es')), fault(message));
  });
}

test('where no Kibana is, the message says how to get one', async () => {
  const kibana = await startStandIn();
  await kibana.close();
  await assert.rejects(
    importObjects(kibana.address, savedObjects('es')),
    fault(/No Kibana answers at http.* \(ECONNREFUSED\)\. Start one.*docker compose.*or give .*--kibana/),
  );
});
