import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Mistake } from '../../../infra/faults.ts';
import { ownFolder } from '../../../infra/ownFolder.fixture.ts';
import { fileMessages } from './file.ts';

const everything = { track: [], languages: [] };
const post = (id: string, text: string, lang = 'es') => {
  return JSON.stringify({ id, created_at: '2026-01-02T03:04:05Z', lang, text, user: { screen_name: `writer-${id}` } });
};

function fileOf(...lines: string[]): string {
  const folder = ownFolder();
  const file = join(folder, 'messages.jsonl');
  writeFileSync(file, lines.join('\n'));
  return file;
}

test('the posts of a file come in its order, keyed by who wrote them, as they stand there', () => {
  const [one, two] = [post('1', 'Nieve en Farellones ❄️'), post('2', 'Snow', 'en')];
  const found = [...fileMessages(fileOf(one, '', two, ''), 'posts', everything)];
  assert.deepEqual(found, [
    { key: 'writer-1', value: one },
    { key: 'writer-2', value: two },
  ]);
});

test('only what is tracked, in the languages that are asked for', () => {
  const file = fileOf(post('1', 'Nieve hoy'), post('2', 'Nieve', 'en'), post('3', 'Sol'));
  const found = [...fileMessages(file, 'posts', { track: ['nieve'], languages: ['es'] })];
  assert.deepEqual(
    found.map(({ key }) => key),
    ['writer-1'],
  );
});

test('counters are keyed by their number', () => {
  const found = [...fileMessages(fileOf('{"number":3}', '{"number":4}'), 'counter', everything)];
  assert.deepEqual(
    found.map(({ key }) => key),
    ['3', '4'],
  );
});

test('what cannot be read is named by file, line and field', () => {
  const read = (line: string) => [...fileMessages(fileOf('{"number":3}', line), 'counter', everything)];
  const says = (pattern: RegExp) => (error: unknown) => error instanceof Mistake && pattern.test(error.message);
  assert.throws(() => read('three'), says(/messages\.jsonl:2 is not JSON/));
  assert.throws(() => read('{"number":-1}'), says(/messages\.jsonl:2 is no such message: number:/));
  assert.throws(() => [...fileMessages('/no/such.jsonl', 'counter', everything)], says(/such\.jsonl cannot be read/));
});

test('a byte-order mark is no part of the first line, and UTF-16 is read', () => {
  const file = fileOf();
  for (const text of [Buffer.from('\ufeff{"number":3}'), Buffer.from('\ufeff{"number":3}', 'utf16le')]) {
    writeFileSync(file, text);
    assert.deepEqual([...fileMessages(file, 'counter', everything)], [{ key: '3', value: '{"number":3}' }]);
  }
});

test('bytes that are no UTF-8 are refused, and not changed', () => {
  const file = fileOf();
  writeFileSync(file, Buffer.from('{"number":3,"de":"Ñuñoa"}', 'latin1'));
  assert.throws(() => [...fileMessages(file, 'counter', everything)], /messages\.jsonl is not UTF-8/);
});

test('a date that not every store can keep is refused by its line, before it holds up a batch', () => {
  for (const date of ['-005000-01-01T00:00:00Z', '+012026-01-02T03:04:05Z', 'Tue Jan 02 03:04:05 -0300 20260']) {
    const file = fileOf(post('1', 'good'), post('2', 'bad').replace('2026-01-02T03:04:05Z', date));
    assert.throws(() => [...fileMessages(file, 'posts', everything)], /messages\.jsonl:2 .*created_at: is no date/);
  }
});

test('a line that is larger than Kafka takes is refused by its number', () => {
  const large = JSON.stringify({ ...JSON.parse(post('1', 'x')), entities: 'ñ'.repeat(450_000) });
  assert.throws(() => [...fileMessages(fileOf(large), 'posts', everything)], /messages\.jsonl:1 is larger/);
});
