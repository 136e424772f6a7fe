/** A broker that asks who comes is entered as AWS would enter it, and its records reach the function. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type GuardedKafka, guardedKafka, user } from '../engines/guardedKafka.fixture.ts';
import { createServedTopics, Kafka, logLevel } from '../kafkajs/kafkajs.ts';
import type { AccessConfigurations } from './config/access.ts';
import { planOf } from './config/mapping.ts';
import { type Dispatcher, startDispatcher } from './dispatcher.ts';

const [login, root, pair] = ['arn:login', 'arn:root', 'arn:pair'];

const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
writeFileSync(join(folder, 'guarded.mjs'), 'export const handler = () => undefined;');

let kafka: GuardedKafka;

before(async () => {
  kafka = await guardedKafka();
  process.env.TEST_LOGIN = JSON.stringify(user);
  process.env.TEST_WRONG = JSON.stringify({ ...user, password: 'wrong' });
  process.env.TEST_ROOT = JSON.stringify({ certificate: kafka.authority });
  process.env.TEST_PAIR = JSON.stringify(kafka.own);
  const client = new Kafka({ brokers: [kafka.open], logLevel: logLevel.NOTHING });
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic: 'guarded', numPartitions: 1 }]);
  await producer.send({ topic: 'guarded', messages: [{ value: 'let in' }] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
after(async () => {
  await kafka.end();
  rmSync(folder, { recursive: true });
});

type Way = Readonly<{
  to: 'password' | 'certificate';
  by: Partial<Record<keyof AccessConfigurations, string>>;
  login?: string;
}>;

/** Starts a function on the topic. @param warn told what the client meets @returns once it has the record */
async function enter(
  { to, by, login: variable = 'TEST_LOGIN' }: Way,
  group: string,
  { warn = () => undefined, signal }: { warn?: (text: string) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const event = { topic: 'guarded', bootstrapServers: [kafka[to]], consumerGroupId: group, accessConfigurations: by };
  const secrets = { [login]: { env: variable }, [root]: { env: 'TEST_ROOT' }, [pair]: { env: 'TEST_PAIR' } };
  const { promise, resolve } = Promise.withResolvers<void>();
  const plan = planOf(
    {
      functions: { guarded: { handler: 'guarded.handler', events: [{ kafka: event }] } },
      custom: { dispatcher: { secrets } },
    },
    folder,
  );
  const info = (text: string) => text.includes('started in') && resolve();
  const log = { info, warn, error: () => undefined };
  const dispatcher: Dispatcher = await startDispatcher({ ...plan, log, ...(signal && { signal }) });
  await promise.finally(() => dispatcher.drain(1000));
}

const ways: Readonly<Record<string, Way>> = {
  'SASL PLAIN': { to: 'password', by: { saslPlainAuth: login, serverRootCaCertificate: root } },
  'SCRAM-SHA-256': { to: 'password', by: { saslScram256Auth: login, serverRootCaCertificate: root } },
  'SCRAM-SHA-512': { to: 'password', by: { saslScram512Auth: login, serverRootCaCertificate: root } },
  'a certificate': { to: 'certificate', by: { clientCertificateTlsAuth: pair, serverRootCaCertificate: root } },
};

for (const [name, way] of Object.entries(ways)) {
  test(`${name} over TLS lets in`, () => enter(way, name.replace(/\W/g, '-')));
}

test('a wrong password is told in the first second of the start, and never printed', async () => {
  const way: Way = {
    to: 'password',
    by: { saslScram512Auth: login, serverRootCaCertificate: root },
    login: 'TEST_WRONG',
  };
  await assert.rejects(
    enter(way, 'wrong'),
    (error: Error) => /SCRAM|authenticat/i.test(error.message) && !error.message.includes('wrong'),
  );
});

test('a server that no known authority speaks for is not trusted, and that is told while it is tried again', async () => {
  const told = new AbortController();
  const warn = (text: string) => /certificate/.test(text) && told.abort(new Error('told'));
  const way: Way = { to: 'password', by: { saslPlainAuth: login } };
  await assert.rejects(enter(way, 'untrusted', { warn, signal: told.signal }), /told/);
});
