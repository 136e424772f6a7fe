/** A program that uses the dispatcher as a library ends when it has nothing more to do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freePort } from '../../infra/engines/freePort.ts';
import { Command } from './command.ts';
import { broker, ownTopic } from './ownTopic.ts';

const { topic, tiny, send } = ownTopic('library');
/** Milliseconds. */
const soon = 15_000;

/** A program of a library's user, which has nothing of its own that would keep it alive. */
const user = (address: string, body: string) => `
  import { readSettings } from './functions/settings.ts';
  import { planOf } from './infra/dispatcher/config/mapping.ts';
  import { startDispatcher } from './infra/dispatcher/dispatcher.ts';
  const log = { info: console.log, warn: console.log, error: console.log };
  const kafka = { topic: '${topic}', consumerGroupId: '${topic}-user', bootstrapServers: ['${address}'], maximumBatchingWindow: 200 };
  const functions = { greet: { handler: 'greet.handler', events: [{ kafka }] } };
  const plan = planOf({ functions }, '${tiny.folder}');
  const start = (signal) => startDispatcher({ ...plan, access: readSettings().access.kafka, log, signal });
  ${body}
  console.log('over');`;

describe('nothing keeps a process alive', { concurrency: 1 }, () => {
  test('after a drain, with records that waited for their batch', async () => {
    await send('quick');
    const waits = `const dispatcher = await start();
      while (dispatcher.stats().mappings['greet:${topic}'].partitions.every(({ queued }) => queued === 0))
        await new Promise(setImmediate);
      await dispatcher.drain(1000);`;
    const program = new Command(process.execPath, ['--input-type=module', '--eval', user(broker, waits)]);
    await program.hear('over');
    const { end, milliseconds } = await program.end();
    assert.equal(end, 0);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });

  test('after a start that was given up', async () => {
    const givesUp = `await start(AbortSignal.timeout(500)).catch((error) => console.log(error.name));`;
    const address = `127.0.0.1:${await freePort()}`;
    const program = new Command(process.execPath, ['--input-type=module', '--eval', user(address, givesUp)]);
    await program.hear('TimeoutError\nover');
    const { end, milliseconds } = await program.end();
    assert.equal(end, 0);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });
});
