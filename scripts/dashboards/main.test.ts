import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startStandIn } from '../../infra/kibana/standIn.fixture.ts';
import { readFlags } from './flags.ts';

const { KIBANA_URL, DESPACHO_NAMESPACE, ...environment } = process.env;
const main = join(import.meta.dirname, 'main.ts');

const run = (args: string[], more: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [main, ...args], { env: { ...environment, ...more } });

const settings = { kibanaUrl: 'http://127.0.0.1:5601', namespace: '' };

test('without flags both languages of the usual indices go to the usual Kibana', () => {
  const { kibana, languages, namespace, write } = readFlags([], settings);
  assert.deepEqual([kibana, languages, namespace, write], [settings.kibanaUrl, ['es', 'en'], '', false]);
});

test('a flag that cannot be used is named, with what it should be', () => {
  assert.throws(() => readFlags(['--kibana', 'localhost:5601'], settings), /--kibana is not an address like http/);
  assert.throws(() => readFlags(['--language', 'fr'], settings), /--language is es, en or both/);
  assert.throws(() => readFlags(['--namespace', 'x'], settings), /--namespace .*ended by a dot/);
  assert.throws(() => readFlags(['--bogus'], settings), /bogus.*--help/s);
});

test('the dashboards of a namespace in one language end up in Kibana, and people are told where', async (context) => {
  const kibana = await startStandIn();
  context.after(() => kibana.close());
  const { stdout } = await run(['--kibana', kibana.address, '--language', 'en', '--namespace', 'mine.']);
  assert.match(stdout, /en: Kibana has taken \d+ objects/);
  assert.ok(stdout.includes(`${kibana.address}/app/dashboards#/view/mine.despacho-en-orders`), stdout);
  assert.ok(kibana.kept.has('dashboard:mine.despacho-en-orders'));
  assert.ok(![...kibana.kept.keys()].some((key) => key.includes('-es-')));
});

test('no Kibana, no stack: one sentence and exit code 1', async () => {
  const failed = await run(['--kibana', 'http://127.0.0.1:9']).catch((error) => error);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^No Kibana answers at http:\/\/127\.0\.0\.1:9 .*\n$/);
  const misset = await run([], { KIBANA_URL: 'here' }).catch((error) => error);
  assert.match(misset.stderr, /^Settings cannot be used: KIBANA_URL.*\n$/);
});
