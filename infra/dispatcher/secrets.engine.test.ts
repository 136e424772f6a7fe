/** Passwords and a person's address are planted wherever the command takes or meets any; then all that it says and writes is searched. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownTopics } from '../kafkajs/ownTopics.fixture.ts';
import { brokers, testEntry, testKafka } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { ownProcess } from '../ownProcess.fixture.ts';
import { lambdaServer } from './live/lambda.fixture.ts';

const password = 'S3CRET-planted';
const email = 'nobody.but.me@example.com';
const spoken = `550 <${email}> at redis://shop:${password}@127.0.0.1:6379`;

const { topic, send } = ownTopics('secrets', { further: ['.raw', '.aws'] });
const entry = testEntry();
const dispatcher = {
  ...entry,
  secrets: { ...(entry.secrets as object | undefined), login: { env: 'LOGIN' } },
  functions: { raw: { onFailureFormat: 'raw' } },
  defaults: { maximumRetryAttempts: 0 },
};
const kafka = {
  topic,
  bootstrapServers: brokers,
  maximumBatchingWindow: 0,
  accessConfigurations: { vpcSubnet: ['subnet-0'] },
};
const service = {
  service: 'secrets',
  provider: { name: 'aws', environment: { TOKEN: password } },
  custom: { dispatcher },
  functions: Object.fromEntries(
    ['raw', 'aws'].map((name) => [
      name,
      {
        handler: 'refuse.handler',
        environment: { PASSWORD: password },
        events: [{ kafka: { ...kafka, onFailureDestination: `kafka://${topic}.${name}` } }],
      },
    ]),
  ),
};
const behindLogin = {
  ...service,
  custom: { dispatcher: { ...dispatcher, accessConfigurations: undefined, tls: undefined } },
  functions: {
    raw: {
      handler: 'refuse.handler',
      events: [{ kafka: { ...kafka, accessConfigurations: { saslPlainAuth: 'login' } } }],
    },
  },
};
const folder = ownFolder({
  'refuse.mjs': `export const handler = () => { throw new Error(${JSON.stringify(spoken)}); };`,
  'service.json': JSON.stringify(service),
  'login.json': JSON.stringify(behindLogin),
  'settings.yaml': JSON.stringify({ custom: { dispatcher: entry } }),
});
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'planted',
  AWS_SECRET_ACCESS_KEY: password,
  LOGIN: JSON.stringify({ username: 'shop', password }),
};
const host = join(import.meta.dirname, 'host.ts');

/** All that it says, while it ends too, and what its probes tell: it is ended as soon as its log has this, unless it ends by itself. */
async function says(what: RegExp, args: readonly string[]): Promise<string> {
  const flags = ['--directory', folder, ...args.filter((one) => one !== 'event')];
  const isEvent = flags.length < args.length + 2;
  const child = ownProcess([host, ...(isEvent ? ['event'] : []), ...flags], { env });
  let said = '';
  let metrics = Promise.resolve('');
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
      if (!what.test(said) || child.killed) return;
      const port = /probes on port (\d+)/.exec(said)?.[1];
      if (port) metrics = fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
      void metrics.then(() => child.kill('SIGTERM'));
    });
  }
  await once(child, 'close');
  assert.match(said, what);
  return said + (await metrics);
}

/** Headers and values, of so many records. */
async function written(end: string, count: number): Promise<string[]> {
  const client = testKafka();
  const consumer = client.consumer({ groupId: `${topic}${end}` });
  const { promise, resolve } = Promise.withResolvers<void>();
  const all: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: `${topic}${end}`, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { headers = {}, value } }) => {
      for (const [name, header] of Object.entries(headers)) all.push(`${name}: ${header}`);
      if (all.push(String(value)) >= count) resolve();
    },
  });
  await promise.finally(() => consumer.disconnect());
  return all;
}

/** A Lambda endpoint whose function refuses all in the same words. */
async function behindEndpoint(): Promise<string> {
  const server = await lambdaServer(() => {
    throw new Error(spoken);
  });
  server.mappings.set('one', {
    UUID: 'one',
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:far',
    State: 'Enabled',
    MaximumRetryAttempts: 0,
    StartingPosition: 'TRIM_HORIZON',
    Topics: [topic],
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [...brokers] } },
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: `${topic}-far` },
  });
  const args = ['--lambda', server.url, '--settings', 'settings.yaml', '--probes', '0'];
  return says(/attempt 1 of \d records failed/, args).finally(server.close);
}

test('no password, and no address that a function speaks of, is in what the dispatcher says or keeps with a failed record', {
  timeout: 120_000,
}, async () => {
  await send('an order');
  const config = ['--config', join(folder, 'service.json')];
  const login = ['--config', join(folder, 'login.json')];
  const seen = [
    await says(/(went to[\s\S]*){2}/, [...config, '--probes', '0', '--log', 'json']),
    await behindEndpoint(),
    await says(/by TLS, plain/, ['--plan', ...login]),
    await says(/"brokers"/, ['--plan', '--json', ...login]),
    await says(/"records"/, ['event', '--function', 'raw', ...config]),
    await says(/"records"/, ['event', '--from', 'sample', ...login]),
    await says(/Connection error/, ['event', ...login]),
    await says(/does not answer/, ['--lambda', `http://shop:${password}@127.0.0.1:1`, '--probes', '0']),
    ...(await written('.raw', 1)),
    ...(await written('.aws', 1)),
  ];
  assert.ok(
    seen.some((one) => one.startsWith('dead.reason: Error: 550 <(e-mail address)> at redis://127.0.0.1:6379')),
    'the letter tells why',
  );
  for (const secret of [password, email]) {
    const found = seen.filter((one) => one.includes(secret));
    assert.deepEqual(found, [], secret);
  }
});
