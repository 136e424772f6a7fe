/** The command as a person gives it: runs on the real engines, their proof, and what is left of them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { readSettings } from '../../functions/settings.ts';
import { up } from '../../infra/engines/up.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';
import type { Result } from '../../scripts/lab/record/result.ts';

const run = promisify(execFile);
const lab = resolve(import.meta.dirname, '../../scripts/lab/main.ts');

test('compare measures backlog and live, proves what is stored, keeps the figures and writes the report', async (context) => {
  for (const { tells } of await up(['kafka', 'elasticsearch', 'redis'])) Object.assign(process.env, tells);
  process.env.DESPACHO_NAMESPACE = `lab-${crypto.randomUUID().slice(0, 4)}.`;
  const settings = readSettings();
  const folder = await mkdtemp(join(tmpdir(), 'despacho-lab-'));
  context.after(async () => {
    await removeNamespace(settings);
    await rm(folder, { recursive: true });
  });

  const amount = ['--count', '3000', '--rate', '1000', '--duration', '2', '--rest', '0'];
  const what = ['compare', '--message', 'counter', '--store', 'redis', '--out', folder];
  const { stdout } = await run(process.execPath, [lab, ...what, ...amount]);

  const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Result[];
  assert.deepEqual(
    results.map(({ pace, count, proof }) => ({ pace, count, exact: proof.exact })),
    [
      { pace: 'backlog', count: 3000, exact: true },
      { pace: 'live', count: 2000, exact: true },
    ],
  );
  assert.match(stdout, /consumed [\d,]+\/s .* exact/);
  assert.deepEqual((await readdir(folder)).filter((file) => !file.endsWith('.png')).sort(), [
    'report.html',
    'results.json',
    'samples.csv',
  ]);
  assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /<main class="en" lang="en">/);
  const client = connectElasticsearch(settings);
  const index = `${settings.namespace}despacho-lab`;
  await client.indices.refresh({ index });
  const { count } = await client.count({ index, query: { term: { 'despacho.lab.exact': true } } });
  await client.close();
  assert.equal(count, 2);
});
