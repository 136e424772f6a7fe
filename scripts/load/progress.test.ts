import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newProgressLine, progressLine } from './progress.ts';

const progress = {
  ...{ phase: 'load' as const, elapsed: 4.2, seconds: 30, planned: 6_000 },
  ...{ sent: 1_200, acknowledged: 1_150, failed: 3, notSent: 2 },
};

test('the line tells what was sent, answered and left out, and keeps quiet about troubles that are not there', () => {
  const line = 'load 4 of 30 s · 1,200 of 6,000 sent · 1,150 acknowledged';
  assert.equal(progressLine(progress), `${line} · 47 waiting · 3 failed · 2 not sent`);
  assert.equal(progressLine({ ...progress, failed: 0, notSent: 0 }), `${line} · 50 waiting`);
});

function written(terminal: boolean) {
  const texts: string[] = [];
  const out = { isTTY: terminal, columns: 40, write: (text: string) => texts.push(text) > 0 };
  return { texts, line: newProgressLine(out as unknown as NodeJS.WriteStream) };
}

test('a terminal has one line, rewritten, no wider than it is, and cleared at the end', () => {
  const { texts, line } = written(true);
  line.show(progress);
  line.end();
  assert.deepEqual(texts, [`\r\x1b[2K${progressLine(progress).slice(0, 39)}`, '\r\x1b[2K']);
});

test('elsewhere a line comes every 5 s', (context) => {
  let now = 0;
  context.mock.method(performance, 'now', () => now);
  const { texts, line } = written(false);
  for (now = 0; now <= 12_000; now += 200) line.show(progress);
  assert.deepEqual(texts, [`${progressLine(progress)}\n`, `${progressLine(progress)}\n`]);
});
