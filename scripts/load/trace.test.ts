import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTrace } from './trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-trace-'));
after(() => rmSync(folder, { recursive: true }));

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

test('clock times are counted from the first of them', () => {
  assert.deepEqual(read('1795736865\n1795736866.5\n'), [0, 1.5]);
});

test('a trace that lasts longer than any run is refused with a guess at its unit', () => {
  assert.throws(() => read('0\n1795736865099\n'), /lasts 1795736865099 s.*milliseconds/);
  assert.throws(() => read('1795736865000\n1795739865000\n'), /lasts 3000000 s/);
});
