/** A run of the lab as the console starts it. Needs Kafka and Elasticsearch. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { LabRequest } from '../../functions/console/labRequest.ts';
import { readSettings } from '../../functions/settings.ts';
import type { LabNews, Order } from '../../infra/console/programs.ts';
import { Child } from '../../infra/processes/child.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';

const environment = {
  DESPACHO_NAMESPACE: `labchild-${randomUUID().slice(0, 8)}.`,
  DESPACHO_METRICS: 'false',
};
after(() => removeNamespace(readSettings({ ...process.env, ...environment })));

const startChild = () =>
  new Child<Order<LabRequest>, LabNews>(join(import.meta.dirname, 'child.ts'), { title: 'The run', environment });

test('a run without a target tells how it goes, and that it was exact', async () => {
  const child = startChild();
  const lines: string[] = [];
  child.on('line', ({ text }) => lines.push(text));
  child.tell({ kind: 'start', request: { message: 'counter', target: 'none', count: 2000 } });
  assert.deepEqual(await child.hear('ended'), { kind: 'ended', exact: true });
  assert.match(lines[0] ?? '', /counter → Kept nowhere/);
  assert.match(lines.at(-1) ?? '', /produced .* exact$/);
  await child.over;
});

test('a run that is stopped while messages flow ends at once, with its processes', async () => {
  const child = startChild();
  child.tell({ kind: 'start', request: { message: 'counter', target: 'none', count: 1_000_000, rate: 1000 } });
  await new Promise<void>((resolve) => {
    child.on('line', ({ text }) => /produce: [1-9]/.test(text) && resolve());
  });
  const ended = child.hear('ended');
  await child.stop({ kind: 'stop' });
  assert.deepEqual(await ended, { kind: 'ended', exact: true });
});

test('a run that cannot be is refused with the reason', async () => {
  const child = startChild();
  child.tell({ kind: 'start', request: { message: 'counter', target: 'none', count: 0.5 } });
  await assert.rejects(child.hear('ended'), /The run failed: --count is a whole number/);
  await child.over;
});
