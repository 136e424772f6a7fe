/** A mail server that refuses, for now or for good: one recipient holds up nobody else, and no e-mail is taken for sent. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { removeKeys } from '../../infra/system/namespace.ts';
import { root } from '../system/service.ts';
import type { System } from '../system/systemProcess.ts';
import { openTrial, type Trial } from '../system/trial.ts';

const steps = 5;
const grey = 'grey@example.com';
const some = 10;

/** What it answers to a recipient; nothing where it takes the letter. */
let refuse: (address: string) => { code: number; text: string } | undefined = () => undefined;
/** Recipients of the letters that were taken, in their order. */
const taken: string[] = [];
let onTaken = () => {};

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onRcptTo({ address }, _session, answer) {
    const refusal = refuse(address);
    answer(refusal && Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
  },
  onData(stream, { envelope }, answer) {
    stream.resume().on('end', () => {
      taken.push(...envelope.rcptTo.map(({ address }) => address));
      answer();
      onTaken();
    });
  },
});
server.on('error', () => undefined);

/** Resolves when so many letters were taken in all. */
function takenInAll(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onTaken = () => taken.length >= count && resolve();
  onTaken();
  return promise;
}

let trial: Trial;
let system: System;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  trial = await openTrial({ SMTP_URL: `smtp://127.0.0.1:${port}` });
  system = await trial.start();
});
after(async () => {
  await trial.close();
  await new Promise<void>((resolve) => server.close(resolve));
});

test('everybody else gets every letter while one recipient is greylisted, who gets them when that is over', async () => {
  refuse = (address) => (address === grey ? { code: 451, text: '4.7.1 Greylisted' } : undefined);
  await trial.customer.order({ details: { email: grey } });
  await trial.customer.orders(some);
  await takenInAll(some * steps);
  assert.ok(!taken.includes(grey));
  refuse = () => undefined;
  await takenInAll((some + 1) * steps);
  assert.equal(taken.filter((address) => address === grey).length, steps);
});

test('letters wait while the account may send no more today, which the log tells, and all go out after', async () => {
  const before = taken.length;
  const told = system.says(/notify: the mail server cannot be used now.*SMTP 550 5\.4\.5.*e-mails wait/);
  refuse = () => ({ code: 550, text: '5.4.5 Daily sending quota exceeded' });
  await trial.customer.orders(some);
  await told;
  refuse = () => undefined;
  await takenInAll(before + some * steps);
  let dead = 0;
  await readTopics(trial.settings, [{ topic: deadTopic(eventsTopic) }], () => void dead++);
  assert.equal(dead, 0);
});

test('an e-mail that was refused for good is not taken for sent when Redis is restored: redriven, it goes out', async () => {
  const before = taken.length;
  refuse = () => ({ code: 550, text: '5.1.1 No such user' });
  await trial.customer.orders(2);
  let letters = 0;
  await trial.until(deadTopic(eventsTopic), () => ++letters === 2 * steps);
  refuse = () => undefined;
  const restored = system.says(/orders up: Redis was behind the log: \d+ orders restored.*timers up/s);
  await removeKeys(trial.settings);
  await restored;
  const env = { ...process.env, ...trial.environment };
  await promisify(execFile)(process.execPath, ['scripts/dead/main.ts', 'redrive'], { cwd: root, env });
  await takenInAll(before + 2 * steps);
});
