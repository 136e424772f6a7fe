import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { showProgress } from './progress.ts';

function written(terminal: boolean) {
  const texts: string[] = [];
  const out = Object.assign(new PassThrough(), {
    isTTY: terminal,
    columns: 80,
    write: (text: string) => texts.push(text) > 0,
  });
  return { texts, progress: showProgress(out as unknown as NodeJS.WriteStream) };
}

test('a terminal shows the bar and the words on one line, which is cleared at the end', () => {
  const { texts, progress } = written(true);
  progress.show({ text: 'load 4 of 8 s', done: 4, of: 8 });
  progress.end();
  const all = texts.join('');
  assert.match(all, /50% · load 4 of 8 s/);
  assert.doesNotMatch(all, /\n/);
});

test('elsewhere a line of the words comes every 5 s', (context) => {
  let now = 0;
  context.mock.method(performance, 'now', () => now);
  const { texts, progress } = written(false);
  for (now = 0; now <= 12_000; now += 200) progress.show({ text: `at ${now}`, done: now, of: 12_000 });
  assert.deepEqual(texts, ['at 5000\n', 'at 10000\n']);
});
