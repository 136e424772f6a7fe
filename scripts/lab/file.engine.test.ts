/** Runs of the lab with people's files. Needs Kafka. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';

const env = {
  ...process.env,
  DESPACHO_NAMESPACE: `labfile-${randomUUID().slice(0, 8)}.`,
  DESPACHO_METRICS: 'false',
};
after(() => removeNamespace(readSettings(env)));

/** Runs the posts of a file. @returns what was printed, and the code with which the command ended */
async function runFile(context: TestContext, lines: readonly string[], count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'despacho-lab-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'posts.ndjson');
  await writeFile(file, lines.join('\n'));
  const flags = ['--message', 'posts', '--mode', 'none', '--source', `file:${file}`, '--count', String(count)];
  return new Promise<{ code: number; told: string }>((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), 'run', ...flags], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), told: out + err }),
    );
  });
}

const postOf = (text: string) =>
  JSON.stringify({ id: '1', created_at: '2026-01-02T03:04:05Z', lang: 'es', text, user: { screen_name: 'ana' } });

test('a file with fewer lines than were asked for ends the run, and says how many there were', async (context) => {
  const { code, told } = await runFile(context, [postOf('uno'), postOf('dos')], 5);
  assert.match(told, /the source gave 2 of the 5 messages/);
  assert.notEqual(code, 0);
});

test('messages that together are more than a request may hold are sent in several', async (context) => {
  const lines = Array.from({ length: 4 }, () => postOf('日'.repeat(100_000)));
  const { code, told } = await runFile(context, lines, 4);
  assert.match(told, /exact/);
  assert.equal(code, 0, told);
});
