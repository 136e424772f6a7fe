/** Ctrl-C and SIGTERM end the dispatcher's host at any moment, and what cannot start ends by itself: real processes and signals. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePort } from '../../infra/engines/freePort.ts';
import { root } from '../system/service.ts';
import { Command } from './command.ts';
import { broker, ownTopic } from './ownTopic.ts';
import { hostArguments, type Tiny, tinyProject } from './tiny.ts';

const { topic, tiny, send } = ownTopic('host', 'quiet');
/** Where nothing is stuck. */
const quietTopic = `${topic}-quiet`;
const program = join(root, 'infra/dispatcher/host.ts');
/** Milliseconds: far less than a start that nobody ends takes to give up by itself. */
const soon = 15_000;

const host = (tiny: Tiny, ...flags: string[]) => new Command(process.execPath, hostArguments(tiny, ...flags));

describe('a signal ends the host', { concurrency: 1 }, () => {
  test('while serverless resolves its service', async () => {
    const { folder } = tinyProject(broker, topic);
    const bin = join(folder, 'node_modules/.bin');
    mkdirSync(bin);
    const serverless = '#!/usr/bin/env node\nprocess.kill(process.ppid, "SIGTERM");\nsetTimeout(() => {}, 100_000);\n';
    writeFileSync(join(bin, 'serverless'), serverless, { mode: 0o755 });
    const command = new Command(process.execPath, [program, '--directory', folder]);
    assert.equal((await command.end()).end, 143);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`while Kafka is not there (${signal})`, async () => {
      const command = host(tinyProject(`127.0.0.1:${await freePort()}`, topic));
      await command.hear('ECONNREFUSED');
      command.signal(signal);
      const { end, milliseconds } = await command.end();
      assert.equal(end, signal === 'SIGINT' ? 130 : 143);
      assert.ok(milliseconds < soon, `${milliseconds} ms`);
    });
  }

  test('while a broker takes the connection and says nothing', async (context) => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    context.after(() => silent.close());
    const command = host(tinyProject(`127.0.0.1:${(silent.address() as AddressInfo).port}`, topic));
    await once(silent, 'connection');
    command.signal('SIGTERM');
    const { end, milliseconds } = await command.end();
    assert.equal(end, 143);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });

  test('while it joins its group', async () => {
    const command = host(tiny);
    await command.hear('probes on port');
    command.signal('SIGTERM');
    assert.equal((await command.end()).end, 143);
  });

  test('while it reads: with 0', async () => {
    const command = host(tiny);
    await command.hear('dispatcher: ready');
    command.signal('SIGTERM');
    assert.equal((await command.end()).end, 0);
    assert.match(command.said, /drained in \d+ ms, 0 records/);
  });

  test('while a record is worked on, which ends first', async () => {
    const command = host(tiny);
    await command.hear('dispatcher: ready');
    await send('slow');
    await command.hear('begins slow');
    command.signal('SIGTERM');
    assert.equal((await command.end()).end, 0);
    assert.match(command.said, /ends slow\n[\s\S]*, 0 records/);
  });

  test('while a record takes longer than there is time, which is delivered again; the second signal at once', async () => {
    const slow = host(tiny, '--drain', '1');
    await slow.hear('dispatcher: ready');
    await send('stuck');
    await slow.hear('begins stuck');
    slow.signal('SIGINT');
    assert.equal((await slow.end()).end, 0);
    assert.match(slow.said, /, 1 records will be delivered again/);
    const command = host(tiny, '--drain', '100');
    await command.hear('begins stuck');
    command.signal('SIGINT');
    const again = setInterval(() => command.signal('SIGINT'), 700);
    const { end, milliseconds } = await command.end();
    clearInterval(again);
    assert.equal(end, 130);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });
});

test('the host ends with whoever has started it, by kill -9 too', async () => {
  const script = `import { spawn } from 'node:child_process';
    const args = ${JSON.stringify(hostArguments(tiny, '--drain', '1'))};
    spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`;
  const parent = new Command(process.execPath, ['--input-type=module', '--eval', script]);
  await parent.hear('dispatcher: ready');
  parent.signal('SIGKILL');
  // Its output is closed when the last process that has it is gone.
  await parent.ended;
  assert.match(parent.said, /drained in/);
});

test('a start that fails ends the host with one sentence and 1', async () => {
  const missing = tinyProject(broker, `${topic}-missing`);
  const command = host(missing);
  assert.equal((await command.end()).end, 1);
  assert.match(command.said, /^dispatcher: Kafka has no topic "\S+-missing".*$/m);
});

test('a port that is taken for the probes is told before anything is read; the usual one is moved by itself', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const idle = tinyProject(broker, quietTopic);
  const args = [program, '--directory', idle.folder, '--config', idle.config];
  const asked = new Command(process.execPath, [...args, '--probes', String(port)]);
  assert.equal((await asked.end()).end, 1);
  assert.match(asked.said, new RegExp(`--probes: something else listens at port ${port}`));
  other.close();
  const two = [1, 2].map(() => new Command(process.execPath, args));
  await Promise.all(two.map((command) => command.hear('dispatcher: ready')));
  const ports = new Set(two.map(({ said }) => /probes on port (\d+)/.exec(said)?.[1]));
  assert.equal(ports.size, 2);
  for (const command of two) command.signal('SIGTERM');
  assert.deepEqual(await Promise.all(two.map(({ ended }) => ended)), [0, 0]);
});
