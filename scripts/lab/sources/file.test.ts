import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Mistake } from '../../../infra/faults.ts';
import { fileMessages } from './file.ts';

const everything = { track: [], languages: [] };
const post = (id: string, text: string, lang = 'es') => {
  return JSON.stringify({ id, created_at: '2026-01-02T03:04:05Z', lang, text, user: { screen_name: `writer-${id}` } });
};

function fileOf(context: TestContext, ...lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'despacho-source-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'messages.jsonl');
  writeFileSync(file, lines.join('\n'));
  return file;
}

test('the posts of a file come in its order, keyed by who wrote them, as they stand there', (context) => {
  const [one, two] = [post('1', 'Nieve en Farellones ❄️'), post('2', 'Snow', 'en')];
  const found = [...fileMessages(fileOf(context, one, '', two, ''), 'posts', everything)];
  assert.deepEqual(found, [
    { key: 'writer-1', value: one },
    { key: 'writer-2', value: two },
  ]);
});

test('only what is tracked, in the languages that are asked for', (context) => {
  const file = fileOf(context, post('1', 'Nieve hoy'), post('2', 'Nieve', 'en'), post('3', 'Sol'));
  const found = [...fileMessages(file, 'posts', { track: ['nieve'], languages: ['es'] })];
  assert.deepEqual(
    found.map(({ key }) => key),
    ['writer-1'],
  );
});

test('counters are keyed by their number', (context) => {
  const found = [...fileMessages(fileOf(context, '{"number":3}', '{"number":4}'), 'counter', everything)];
  assert.deepEqual(
    found.map(({ key }) => key),
    ['3', '4'],
  );
});

test('what cannot be read is named by file, line and field', (context) => {
  const read = (line: string) => [...fileMessages(fileOf(context, '{"number":3}', line), 'counter', everything)];
  const says = (pattern: RegExp) => (error: unknown) => error instanceof Mistake && pattern.test(error.message);
  assert.throws(() => read('three'), says(/messages\.jsonl:2 is not JSON/));
  assert.throws(() => read('{"number":-1}'), says(/messages\.jsonl:2 is no such message: number:/));
  assert.throws(() => [...fileMessages('/no/such.jsonl', 'counter', everything)], says(/such\.jsonl cannot be read/));
});
