import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runWatched } from './runWatched.ts';

const { signal } = new AbortController();
const seen: string[] = [];
const run = (script: string, silence: number) =>
  runWatched(process.execPath, ['--eval', script], {
    cwd: import.meta.dirname,
    silence,
    show: (text) => void seen.push(text),
    signal,
  });

test('what hangs is ended, and has not ended well, however it takes that', async () => {
  assert.equal(await run("process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)", 0.5), false);
  assert.match(seen.join(''), /It hangs, and is ended/);
});

test('what ends by itself ends well by its code', async () => {
  assert.equal(await run('', 60), true);
  assert.equal(await run('process.exit(1)', 60), false);
});
