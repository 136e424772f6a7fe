/** The recorder of live AWS, where another answers for AWS: the dispatcher runs what it deploys, from its own template. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../../../infra/dispatcher/invoke/awsClient.ts';
import { brokers, testKafka } from '../../../infra/kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../../infra/ownFolder.fixture.ts';
import type { Rule } from '../rule.ts';
import { rules } from '../rules.ts';
import { type AwsEndpoint, awsEndpoint } from './awsEndpoint.fixture.ts';
import { recordingIn } from './recorder.ts';
import { type Aws, canRecord, type Happened, record } from './recording.ts';

const kafka = testKafka();
const folder = ownFolder();
const cluster = { brokers, access: [{ Type: 'VPC_SUBNET', URI: 'subnet:subnet-0' }] };
let endpoint: AwsEndpoint;
let aws: Aws;

before(async () => {
  endpoint = await awsEndpoint();
  const config = { ...clientConfig(endpoint.url), maxAttempts: 3 };
  aws = { cloudFormation: new CloudFormationClient(config), sqs: new SQSClient(config) };
});
after(async () => {
  aws.cloudFormation.destroy();
  aws.sqs.destroy();
  await endpoint.end();
});

const open = rules.filter((rule) => rule.open && canRecord(rule));
/** What AWS might do, and no rule expects. */
const surprise: Rule = {
  name: 'nothing is delivered',
  words: 'none',
  async check(scene) {
    await scene.produce(['a']);
    await scene.untilCommitted(0, 1);
    assert.deepEqual(scene.delivered(), []);
  },
};

test('a recording writes down what happens to each rule, kept or not, and leaves nothing behind', async () => {
  const told: string[] = [];
  const file = join(folder, 'all.json');
  const write = recordingIn(file, brokers);
  const tell = (one: Happened) => {
    told.push(one.rule);
    write(one);
  };
  const waits = { patience: 120_000, look: 1 };
  const happened = await record([...open, surprise], { kafka, cluster, aws, waits }, tell);
  const wrong = happened.filter(({ kept, rule }) => kept === (rule === surprise.name));
  assert.deepEqual(
    wrong.map(({ rule, reason }) => `${rule}: ${reason}`),
    [],
  );
  assert.deepEqual(told.sort(), happened.map(({ rule }) => rule).sort());
  assert.equal(endpoint.stacks.size, 0, 'the stack is still there');
  const found = JSON.parse(readFileSync(file, 'utf8')) as { happened: typeof happened };
  assert.equal(found.happened.length, happened.length);
  const partial = found.happened.find(({ rule }) => rule.startsWith('a partial answer: just'));
  assert.deepEqual(
    partial?.calls.flatMap(({ texts }) => texts),
    ['r0', 'r1', 'r2', 'r3', 'r4', 'r2', 'r4'],
  );
  assert.ok(partial?.open, 'what is open is told');
  const letters = found.happened.find(({ rule }) => rule.startsWith('a Kafka destination gets a JSON'))?.letters;
  assert.equal(letters?.length, 2);
});

test('what is recorded names no broker and no account', () => {
  const [broker = ''] = brokers;
  const calls = [
    {
      at: 0,
      pid: 0,
      event: { bootstrapServers: broker },
      context: { arn: 'arn:aws:lambda:us-east-1:123456789012:function:f' },
      texts: [],
    },
  ];
  const file = join(folder, 'one.json');
  const one = { rule: '', words: '', kept: true, reason: '', calls: calls as never, committed: [], letters: [] };
  recordingIn(file, brokers)(one);
  const text = readFileSync(file, 'utf8');
  assert.ok(!text.includes(broker) && !text.includes('123456789012'), text);
});
