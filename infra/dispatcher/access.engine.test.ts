/** A broker that asks who comes is entered as AWS would enter it, and its records reach the function. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { type GuardedKafka, guardedKafka, user } from '../engines/guardedKafka.fixture.ts';
import { portOf } from '../http/portOf.ts';
import { createServedTopics, Kafka, logLevel } from '../kafkajs/kafkajs.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import type { AccessConfigurations } from './config/access.ts';
import { planOf } from './config/mapping.ts';
import { type Dispatcher, startDispatcher } from './dispatcher.ts';

const [login, root, pair, client] = ['arn:login', 'arn:root', 'arn:pair', 'arn:client'];

const folder = ownFolder({
  'guarded.mjs': 'export const handler = () => undefined;',
  'refuse.mjs': 'export const handler = () => { throw new Error("refused"); };',
});

let kafka: GuardedKafka;

/** An authorization server whose tokens are not signed: Kafka's own validator for tests takes them. */
const tokens = createServer((_, response) => {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const token = `${part({ alg: 'none' })}.${part({ sub: 'ana', iat: now, exp: now + 3600 })}.`;
  response.end(JSON.stringify({ access_token: token, expires_in: 3600 }));
});

before(async () => {
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  const tokenEndpoint = `http://127.0.0.1:${portOf(tokens)}/token`;
  process.env.TEST_CLIENT = JSON.stringify({ clientId: 'despacho', clientSecret: 'hush', tokenEndpoint });
  kafka = await guardedKafka();
  process.env.TEST_LOGIN = JSON.stringify(user);
  process.env.TEST_WRONG = JSON.stringify({ ...user, password: 'wrong' });
  process.env.TEST_ROOT = JSON.stringify({ certificate: kafka.authority });
  process.env.TEST_PAIR = JSON.stringify(kafka.own);
  const open = new Kafka({ brokers: [kafka.open], logLevel: logLevel.NOTHING });
  const [admin, producer] = [open.admin(), open.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic: 'guarded', numPartitions: 1 }]);
  await producer.send({ topic: 'guarded', messages: [{ value: 'let in' }] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
after(async () => {
  tokens.close();
  await kafka.end();
});

type Way = Readonly<{
  to: 'password' | 'certificate' | 'token';
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
  const secrets = {
    [login]: { env: variable },
    [root]: { env: 'TEST_ROOT' },
    [pair]: { env: 'TEST_PAIR' },
    [client]: { env: 'TEST_CLIENT' },
  };
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
  OAUTHBEARER: { to: 'token', by: { saslOauthbearerAuth: client, serverRootCaCertificate: root } },
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

test('one service reads from two clusters, each entered in its own way', async () => {
  const topic = `elsewhere-${Date.now().toString(36)}`;
  const open = new Kafka({ brokers: [kafka.open], logLevel: logLevel.NOTHING });
  const [admin, producer] = [open.admin(), open.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
  await producer.send({ topic, messages: [{ value: 'in the clear' }] });
  const by = { saslScram512Auth: login, serverRootCaCertificate: root };
  const events = [
    {
      kafka: { topic: 'guarded', bootstrapServers: [kafka.password], consumerGroupId: 'two', accessConfigurations: by },
    },
    { kafka: { topic, bootstrapServers: [kafka.open], onFailureDestination: `kafka://${topic}-dead` } },
  ];
  const secrets = { [login]: { env: 'TEST_LOGIN' }, [root]: { env: 'TEST_ROOT' } };
  const functions = { refuse: { handler: 'refuse.handler', events } };
  const plan = planOf({ functions, custom: { dispatcher: { secrets } } }, folder);
  const both = Promise.withResolvers<void>();
  const called = new Set<string>();
  const warn = (line: string) => {
    const [, id] = /^(.+): attempt 1 of 1 records failed/.exec(line) ?? [];
    if (id !== undefined && called.add(id).size === 2) both.resolve();
  };
  const log = { info: () => undefined, warn, error: () => undefined };
  await assert.rejects(startDispatcher({ ...plan, log }), new RegExp(`${topic}-dead`));
  await createServedTopics(admin, [{ topic: `${topic}-dead`, numPartitions: 1 }]);
  const dispatcher = await startDispatcher({ ...plan, log });
  await both.promise.finally(() => dispatcher.drain(0));
  assert.deepEqual([...called].sort(), [`refuse:${topic}`, 'refuse:guarded']);
  await admin.deleteTopics({ topics: [topic, `${topic}-dead`] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
