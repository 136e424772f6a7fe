import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import { type LogFormat, lineLog } from './lineLog.ts';

function logged(format: LogFormat): [stdout: string, stderr: string] {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const into = (texts: string[]) => ({ write: (text: string) => texts.push(text) });
  const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  const log = lineLog(format, { stdout: into(stdout), stderr: into(stderr) }, clock);
  log.info('ready');
  log.warn('slow');
  log.error('two\nlines');
  return [stdout.join(''), stderr.join('')];
}

test('log: text is written as it is said, what is wrong to standard error', () => {
  assert.deepEqual(logged('text'), ['ready\n', 'slow\ntwo\nlines\n']);
});

test('log: as JSON each message is one line with its time and level', () => {
  const timestamp = '2026-01-02T03:04:05.006Z';
  const parsed = logged('json').map((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  assert.deepEqual(parsed, [
    [{ timestamp, level: 'INFO', message: 'ready' }],
    [
      { timestamp, level: 'WARN', message: 'slow' },
      { timestamp, level: 'ERROR', message: 'two\nlines' },
    ],
  ]);
});
