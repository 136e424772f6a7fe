import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

const withParent = new URL('withParent.ts', import.meta.url).href;
const child = (code: string) =>
  spawn(process.execPath, ['--import', withParent, '--eval', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

test('a child ends with the channel to its parent', async () => {
  const waits = child('setInterval(() => {}, 1000); process.send("up")');
  await once(waits, 'message');
  waits.disconnect();
  assert.deepEqual(await once(waits, 'exit'), [null, 'SIGTERM']);
});

test('the channel keeps a child alive while it waits for messages, and no longer', async () => {
  const obeys = child('process.once("message", (text) => process.send(text + " heard"))');
  await once(obeys, 'spawn');
  obeys.send('this');
  assert.deepEqual((await once(obeys, 'message'))[0], 'this heard');
  assert.deepEqual(await once(obeys, 'exit'), [0, null]);
  assert.deepEqual(await once(child('0'), 'exit'), [0, null]);
});
