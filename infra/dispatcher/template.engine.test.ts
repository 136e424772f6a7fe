/** A SAM template, as it stands in somebody's project, run on a real broker. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownTopics } from '../kafkajs/ownTopics.fixture.ts';
import { brokers, testEntry } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { ownProcess } from '../ownProcess.fixture.ts';

const { topic, send, committed } = ownTopics('template');

const template = `
Transform: AWS::Serverless-2016-10-31
Parameters: { Topic: { Type: String } }
Globals: { Function: { Runtime: nodejs22.x, Timeout: 10 } }
Resources:
  Dead: { Type: AWS::SQS::Queue }
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: hello/
      Handler: app.handler
      MemorySize: 256
      Events:
        Greetings:
          Type: SelfManagedKafka
          Properties:
            KafkaBootstrapServers: [broker.example:9092]
            Topics: [!Ref Topic]
            StartingPosition: TRIM_HORIZON
            MaximumBatchingWindowInSeconds: 0
            MaximumRetryAttempts: 0
            DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }
`;

const handler = `exports.handler = async ({ bootstrapServers, records }) => {
  const [{ value }] = Object.values(records).flat();
  const text = Buffer.from(value, 'base64').toString();
  console.log('hello ' + text + ' from ' + bootstrapServers + ' in ' + process.env._HANDLER);
  if (text === 'bad') throw new RangeError('of no use');
};
`;

test('a function of a SAM template gets its records, and what it fails on goes where the template says', {
  timeout: 60_000,
}, async () => {
  const settings = JSON.stringify({ custom: { dispatcher: testEntry() } });
  const folder = ownFolder({ 'template.yaml': template, 'hello/app.js': handler, 'settings.yaml': settings });
  await send('ana');
  const from = ['--template', 'template.yaml', '--parameters', `Topic=${topic}`, '--settings', 'settings.yaml'];
  const flags = [...from, '--brokers', brokers.join(',')];
  const child = ownProcess([join(import.meta.dirname, 'host.ts'), ...flags, '--probes', '0'], { cwd: folder });
  let output = '';
  const said = (what: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => what.test(output) && resolve();
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('exit', () => reject(new Error(`it ended: ${output}`)));
      look();
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  try {
    await said(/hello ana from broker\.example:9092 in app\.handler/);
    await send('bad');
    await said(/hello bad [\s\S]*of no use/);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const letter = JSON.parse(readFileSync(join(folder, '.dispatcher', `Greet-${topic}.jsonl`), 'utf8'));
    assert.equal(letter.requestContext.condition, 'RetryAttemptsExhausted');
    assert.match(letter.requestContext.functionArn, /:function:Greet:/);
    assert.equal(await committed(`${folder.split('/').at(-1)}-Greet-${topic}`), '2');
  } finally {
    child.kill('SIGKILL');
  }
});
