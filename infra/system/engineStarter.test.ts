import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child } from '../processes/child.ts';
import type { StarterNews } from './engineStarter.ts';

const asked: readonly { kind: string; [word: string]: unknown }[] = [
  { kind: 'start', engine: 'kafka' },
  { kind: 'start', engine: 'postgres', home: '/tmp' },
  { kind: 'start', engine: 'postgres', environment: { PATH: '/tmp' } },
  { kind: 'run', command: 'true' },
];

test('what stays root starts a store of the lab by its name, and ends at whatever else it is told', async () => {
  const program = join(import.meta.dirname, 'engineStarter.ts');
  const refused = asked.map(async (order) => {
    const starter = new Child<typeof order, StarterNews>(program, { title: 'The starter' });
    starter.tell(order);
    await assert.rejects(starter.hear('answer'), /The starter failed: [\s\S]*(Invalid|Unrecognized)/);
    await starter.over;
  });
  await Promise.all(refused);
});
