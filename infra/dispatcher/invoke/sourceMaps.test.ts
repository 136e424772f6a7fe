import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build, stop } from 'esbuild';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { localInvoker } from './invoker.ts';

const folder = ownFolder();
after(async () => {
  await stop();
});

const source = `type Order = { id: string };

const ship = (order: Order): never => {
  throw new Error(\`no way to \${order.id}\`);
};
export const handler = async () => ship({ id: 'Chiloé' });
`;

test('the stack of a bundled function names the lines of its source', async () => {
  writeFileSync(join(folder, 'ship.ts'), source);
  const file = join(folder, 'ship.mjs');
  const entryPoints = [join(folder, 'ship.ts')];
  await build({ entryPoints, outfile: file, bundle: true, minify: true, format: 'esm', sourcemap: 'linked' });
  const invoker = localInvoker({ ship: { file, handler: 'handler', timeoutSeconds: 10 } }, {}, () => undefined);
  const outcome = await invoker.invoke('ship', {
    source: { eventSource: 'SelfManagedKafka', bootstrapServers: '', topic: 'orders' },
    records: [],
    custom: { attempt: 1, retries: 0, fetchedAt: Date.now() },
    answer: false,
  });
  await invoker.close();
  assert.ok(outcome.kind === 'fault', 'it throws');
  assert.equal(outcome.fault.message, 'no way to Chiloé');
  assert.match(outcome.fault.stack ?? '', /ship\.ts:4:9/);
});
