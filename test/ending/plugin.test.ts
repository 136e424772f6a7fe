/** Ctrl-C and SIGTERM end `serverless offline start` with the plugin at any moment, and so does a start that fails. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freePort } from '../../infra/engines/freePort.ts';
import { freePorts } from '../offline.ts';
import { serverlessProgram } from '../system/service.ts';
import { Command } from './command.ts';
import { broker, ownTopic } from './ownTopic.ts';
import { type Tiny, tinyProject } from './tiny.ts';

const { topic, tiny, send } = ownTopic('plugin');
/** Milliseconds: far less than a start that nobody ends takes to give up by itself. */
const soon = 20_000;

const flags = Object.entries(await freePorts()).flatMap(([name, port]) => [`--${name}`, String(port)]);
const offline = ({ folder }: Tiny) =>
  new Command(process.execPath, [serverlessProgram, 'offline', 'start', ...flags], { cwd: folder });

describe('a signal ends serverless offline start', { concurrency: 1 }, () => {
  for (const [moment, signal] of [
    ['Starting Offline', 'SIGINT'],
    ['Offline [http for lambda]', 'SIGTERM'],
    ['Server ready', 'SIGINT'],
  ] as const) {
    test(`at "${moment}" (${signal})`, async () => {
      const command = offline(tiny);
      await command.hear(moment);
      command.signal(signal);
      const { end, milliseconds } = await command.end();
      assert.equal(end, signal === 'SIGINT' ? 130 : 143, command.said);
      assert.ok(milliseconds < soon, `${milliseconds} ms`);
    });
  }

  test('while Kafka is not there', async () => {
    const project = tinyProject(`127.0.0.1:${await freePort()}`, topic);
    const command = offline(project);
    await command.hear('ECONNREFUSED');
    command.signal('SIGTERM');
    const { end, milliseconds } = await command.end();
    assert.equal(end, 143, command.said);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });

  test('while it reads: with 0, when what is in flight has ended', async () => {
    const command = offline(tiny);
    await command.hear('mappings read');
    await send('slow');
    await command.hear('begins slow');
    command.signal('SIGINT');
    assert.equal((await command.end()).end, 0);
    assert.match(command.said, /ends slow\n[\s\S]*drained in \d+ ms/);
  });

  test('at once, the second time', async () => {
    const command = offline(tiny);
    await command.hear('mappings read');
    await send('stuck');
    await command.hear('begins stuck');
    command.signal('SIGINT');
    const again = setInterval(() => command.signal('SIGINT'), 700);
    assert.equal((await command.end()).end, 130);
    clearInterval(again);
    assert.doesNotMatch(command.said, /drained/);
  });
});

describe('a start that fails ends with one sentence and 1', { concurrency: 1 }, () => {
  test('for a topic that Kafka does not have', async () => {
    const project = tinyProject(broker, `${topic}-missing`);
    const command = offline(project);
    assert.equal((await command.end()).end, 1);
    assert.match(command.said, /Kafka has no topic "\S+-missing"/);
  });

  test('for a setting that is none', async () => {
    const project = tinyProject(broker, topic, { batchSize: -1 });
    const command = offline(project);
    assert.equal((await command.end()).end, 1);
    assert.match(command.said, /batchSize/);
  });
});
