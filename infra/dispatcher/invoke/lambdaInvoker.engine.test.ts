/** The same dispatcher drives functions that run elsewhere: here, behind the Lambda endpoint of serverless-offline. */

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../engines/freePort.ts';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { brokers, kafkaLogin } from '../../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { ownProcess } from '../../ownProcess.fixture.ts';
import { planOf } from '../config/mapping.ts';
import { startDispatcher } from '../dispatcher.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const bin = join(root, 'node_modules', '.bin');
const { topic, send, committed } = ownTopics('endpoint');

const handler = `exports.handler = async (event, context) => {
  const { attempt } = context.clientContext.custom;
  const texts = Object.values(event.records).flat().map(({ value }) => Buffer.from(value, 'base64').toString());
  console.log('got ' + texts + ' attempt ' + attempt);
  if (attempt === 1) throw new RangeError('not at first');
};
`;

test('a function behind a Lambda endpoint gets its records, its attempts and its failures', {
  timeout: 120_000,
}, async () => {
  const kafkaEvent = {
    topic,
    bootstrapServers: brokers,
    maximumBatchingWindow: 0,
    accessConfigurations: { vpcSubnet: ['subnet-0'] },
  };
  const service = {
    service: 'far',
    provider: { name: 'aws', runtime: 'nodejs22.x', region: 'us-east-1' },
    plugins: ['serverless-offline'],
    custom: { dispatcher: { defaults: { clientContext: true } } },
    functions: { away: { handler: 'away.handler', name: 'far-dev-away', events: [{ kafka: kafkaEvent }] } },
  };
  const folder = ownFolder({ 'serverless.yml': JSON.stringify(service), 'away.js': handler });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const port = await freePort();
  const log: string[] = [];
  const write = (message: string) => void log.push(message);
  const endpoint = `http://127.0.0.1:${port}`;
  const dispatcher = await startDispatcher({
    ...planOf(service, folder),
    access: kafkaLogin,
    endpoint,
    log: { info: write, warn: write, error: write },
  });
  const stats = () => dispatcher.stats().mappings[`away:${topic}`];
  // Nobody listens yet: the record waits, and no attempt is counted.
  await send('hello');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const args = ['offline', 'start', '--lambdaPort', `${port}`, '--httpPort', `${await freePort()}`];
  const child = ownProcess([join(bin, 'serverless'), ...args], { cwd: folder, env });
  let output = '';
  try {
    const served = new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`serverless ended with ${code}`)));
      child.stdout.on('data', (chunk) => {
        output += chunk;
        if (output.includes('attempt 2')) resolve();
      });
    });
    await served;
    assert.match(output, /got hello attempt 1\n[\s\S]*got hello attempt 2/);
    const { abandoned } = await dispatcher.drain(10_000);
    assert.equal(abandoned, 0);
    assert.deepEqual([stats()?.records, stats()?.failures, stats()?.invocations], [1, 1, 2]);
    assert.ok((stats()?.throttled ?? 0) >= 1, 'it was called before it listened');
    assert.ok(
      log.some((line) => line.includes('not at first')),
      log.join('\n'),
    );
    assert.equal(await committed(`far-away-${topic}`), '1');
  } finally {
    await dispatcher.drain(0);
    child.kill('SIGKILL');
  }
});
