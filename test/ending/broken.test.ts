/** Ctrl-C and SIGTERM end the dispatcher's host within its bound when its broker stands still, or is no more. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { ownKafkaLogin } from '../../infra/access/ownKafka.ts';
import { privateEngines } from '../../infra/engines/engines.fixture.ts';
import { passwordOf } from '../../infra/engines/password.ts';
import { signalGroup } from '../../infra/engines/processGroup.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { freeze } from '../faults/freeze.ts';
import { Command } from './command.ts';
import { hostArguments, tinyProject } from './tiny.ts';

const topic = 'broken';
/** Seconds for the work in flight, and ms for that and all the rest, on a busy machine. */
const drain = 1;
const soon = 20_000;

const engines = await privateEngines('kafka');
const login = ownKafkaLogin(passwordOf(engines.home, 'kafka'));
const tiny = tinyProject(`127.0.0.1:${engines.environment.KAFKA_PORT}`, topic, {}, login);

/** The broker, and the topic with a record in it that takes longer than anybody waits. */
before(async () => {
  const { tells } = await engines.up('kafka');
  const kafka = connectKafka(readSettings({ ...tells }), 'despacho-test', 'waits');
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
  await producer.send({ topic, messages: [{ value: 'stuck' }] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
after(() => engines.end());

/** A host whose function is at work. */
async function working(seconds: number): Promise<Command> {
  const command = new Command(process.execPath, hostArguments(tiny, '--drain', `${seconds}`));
  await command.hear('begins stuck');
  return command;
}

async function endsBy(command: Command, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  command.signal(signal);
  const { milliseconds } = await command.end();
  assert.ok(milliseconds < soon, `${milliseconds} ms\n${command.said}`);
  assert.match(command.said, /drained in \d+ ms, 1 records will be delivered again/);
}

describe('while a record is worked on, a signal ends the host', { concurrency: 1 }, () => {
  test('and a second one at once, though its broker stands still', async () => {
    const command = await working(100);
    const kafka = await engines.group('kafka');
    await freeze(kafka);
    command.signal('SIGINT');
    const again = setInterval(() => command.signal('SIGINT'), 700);
    const { end, milliseconds } = await command.end();
    clearInterval(again);
    signalGroup(kafka, 'SIGCONT', true);
    assert.equal(end, 130);
    assert.ok(milliseconds < soon, `${milliseconds} ms`);
  });

  test('though its broker stands still', async () => {
    const command = await working(drain);
    const kafka = await engines.group('kafka');
    await freeze(kafka);
    await endsBy(command, 'SIGTERM');
    signalGroup(kafka, 'SIGCONT', true);
  });

  test('though its broker is gone', async () => {
    const command = await working(drain);
    await engines.kill('kafka');
    await endsBy(command, 'SIGINT');
  });
});
