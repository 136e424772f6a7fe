import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { readTrace } from './trace.ts';

const folder = ownFolder();

function read(text: string): number[] {
  const path = join(folder, 'moments.txt');
  writeFileSync(path, text);
  return readTrace(path);
}

test('reads a moment a line and passes over comments and empty lines', () => {
  assert.deepEqual(read('# Monday\n0\n\n0.25\r\n0.25\n 12.5 \n'), [0, 0.25, 0.25, 12.5]);
});

test('a line that is no moment, or goes back in time, is told by file and line', () => {
  assert.throws(() => read('0\nsoon\n'), /moments\.txt, line 2: "soon" is not a moment.*like 12\.5/);
  assert.throws(() => read('0\n-1\n'), /line 2: "-1" is not a moment/);
  assert.throws(() => read('# one\n2\n1\n'), /line 3: 1 comes before the line above/);
});

test('an empty trace and a missing one are refused', () => {
  assert.throws(() => read('# nothing\n'), /has no moment/);
  assert.throws(() => readTrace(join(folder, 'none')), /--distribution trace:.*none: cannot be read \(ENOENT\)/);
});

test('clock times are counted from the first of them: seconds, milliseconds, dates', () => {
  assert.deepEqual(read('1795736865\n1795736866.5\n'), [0, 1.5]);
  assert.deepEqual(read('1795736865000\n1795736866500\n'), [0, 1.5]);
  assert.deepEqual(read('2026-11-27T03:04:05Z\n2026-11-27 03:04:06.5\n2026-11-27T04:04:07+01:00\n'), [0, 1.5, 2]);
});

test('a line can be a JSON object that has its moment', () => {
  assert.deepEqual(read('{"at":0,"who":"x"}\n{"at":0.25}\n'), [0, 0.25]);
  assert.deepEqual(read('{"@timestamp":"2026-11-27T03:04:05Z"}\n{"@timestamp":"2026-11-27T03:04:06Z"}\n'), [0, 1]);
  for (const line of ['{"when":1}', '{"at":null}', '{"at":1'])
    assert.throws(() => read(line), /line 1: .* is not a moment/);
});

test('a trace is read in UTF-16 too, and refused where its encoding is unknown', () => {
  writeFileSync(join(folder, 'wide.txt'), Buffer.from('\uFEFF0\r\n1\r\n', 'utf16le'));
  assert.deepEqual(readTrace(join(folder, 'wide.txt')), [0, 1]);
  writeFileSync(join(folder, 'latin.txt'), Buffer.from('# a\xf1o\n0\n', 'latin1'));
  assert.throws(() => readTrace(join(folder, 'latin.txt')), /is not UTF-8/);
});

test('a trace that lasts longer than any run is refused with a guess at its unit', () => {
  assert.throws(() => read('0\n1795736865099\n'), /lasts 1795736865099 s.*milliseconds/);
  assert.throws(() => read('1795736865\n1798736866\n'), /lasts 3000001 s/);
});
