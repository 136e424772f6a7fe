/** Engines that ask for TLS, a certificate and a login are entered by the variables of all engines, and by no less. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { connectIgnite } from '../../functions/messages/connection.ignite.ts';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { connectPostgres } from '../../functions/messages/store.postgres.ts';
import { smtpPost } from '../../functions/notifications/post.smtp.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { readSettings } from '../../functions/settings.ts';
import { guardedKafka, user } from '../engines/guardedKafka.fixture.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';
import { type Guarded, guardedEngine } from './guarded.fixture.ts';

// A server's shell, or a terminal of another time, which knows no accents: one of the engines lies in a folder with some.
Object.assign(process.env, { LANG: 'C', LC_ALL: 'C' });

type Environment = Record<string, string | undefined>;

const asks: Readonly<Record<string, (environment: Environment) => Promise<unknown>>> = {
  async REDIS(environment) {
    const redis = connectRedis(readSettings(environment));
    redis.options.maxRetriesPerRequest = 0;
    return redis.set('any', '1').finally(() => redis.disconnect());
  },
  async ELASTICSEARCH(environment) {
    const client = connectElasticsearch(readSettings(environment), { maxRetries: 0 });
    return client.count({ index: '*' }).finally(() => client.close());
  },
  async DATABASE(environment) {
    const pool = connectPostgres(readLabSettings(environment));
    return pool.query('SELECT 1').finally(() => pool.end());
  },
  async SMTP(environment) {
    const post = smtpPost(readSettings(environment));
    const letter = { messageId: '<1@despacho>', to: 'ana@example.com', subject: '', text: '', html: '', headers: {} };
    return post.send(letter).finally(() => post.close());
  },
  async IGNITE(environment) {
    const ignite = connectIgnite(readLabSettings(environment));
    return ignite.query('SELECT 1').finally(() => ignite.close());
  },
};

/** What is taken away from somebody who is then refused. */
function lacking(name: string, { variables }: Guarded): Record<string, Environment> {
  const without = (...words: string[]) =>
    Object.fromEntries(Object.entries(variables).filter(([key]) => !words.includes(key)));
  return {
    'whose password is wrong': { ...without(`${name}_PASSWORD_FILE`), [`${name}_PASSWORD`]: 'wrong' },
    'who has no certificate': without(`${name}_CERTIFICATE_FILE`, `${name}_KEY_FILE`),
    'who does not know its authority': without(`${name}_CA_FILE`),
  };
}

for (const [name, ask] of Object.entries(asks)) {
  test(`${name} is entered by authority, certificate, user and password, and by nobody who lacks one`, async (context) => {
    const guarded = await guardedEngine(name);
    context.after(() => guarded.end());
    await ask(guarded.variables);
    for (const [who, environment] of Object.entries(lacking(name, guarded))) {
      await assert.rejects(ask(environment), `${name} lets in somebody ${who}`);
    }
  });
}

test('KAFKA is entered by user and password, or by a certificate, over TLS, and by nobody who lacks them', async (context) => {
  const kafka = await guardedKafka();
  context.after(() => kafka.end());
  const { username: KAFKA_USER, password: KAFKA_PASSWORD } = user;
  const topics = (environment: Environment) =>
    withAdmin(connectKafka(readSettings(environment), 'test', 'once'), (admin) => admin.listTopics());
  const login = { KAFKA_BROKERS: kafka.password, KAFKA_CA: kafka.authority, KAFKA_USER, KAFKA_PASSWORD };
  for (const KAFKA_SASL of ['plain', 'scram-sha-256', 'scram-sha-512']) await topics({ ...login, KAFKA_SASL });
  const own = { KAFKA_CERTIFICATE: kafka.own.certificate, KAFKA_KEY: kafka.own.privateKey };
  const pair = { KAFKA_BROKERS: kafka.certificate, KAFKA_CA: kafka.authority };
  await topics({ ...pair, ...own });
  const { KAFKA_CA: _, ...stranger } = login;
  const clear = { KAFKA_BROKERS: kafka.password };
  for (const [environment, told] of [
    [pair, /KAFKA_CERTIFICATE and KAFKA_KEY/],
    [stranger, /: No TLS with Kafka, which KAFKA_CA, /],
    [
      { ...login, KAFKA_PASSWORD: 'wrong' },
      /: Kafka refuses the login, which KAFKA_USER, KAFKA_PASSWORD and KAFKA_SASL say/,
    ],
    [clear, /: Kafka closed the connection: .* TLS \(KAFKA_TLS=true and KAFKA_CA\)/],
    [{ ...login, KAFKA_TLS: 'false', KAFKA_CA: undefined }, /KAFKA_TLS=true/],
    [
      { ...clear, KAFKA_TLS: 'true', KAFKA_CA: kafka.authority },
      /: Kafka closed the connection: it ends, or may ask for a login \(KAFKA_USER/,
    ],
    [{ KAFKA_BROKERS: kafka.open, KAFKA_TLS: 'true' }, /KAFKA_TLS=false/],
  ] as const) {
    await assert.rejects(topics(environment), told);
  }
  for (const command of ['audit', 'dead']) {
    const program = join(import.meta.dirname, `../../scripts/${command}/main.ts`);
    const running = promisify(execFile)(process.execPath, [program], { env: { ...process.env, ...clear } });
    await assert.rejects(running, /Kafka closed the connection: it ends, or may ask for a login \(KAFKA_USER/, command);
  }
});
