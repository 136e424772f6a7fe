/** The event source mappings of a Lambda endpoint, followed on a real broker by the command that people call. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServedTopics } from '../../kafkajs/kafkajs.ts';
import { brokers, testEntry, testKafka } from '../../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { ownProcess } from '../../ownProcess.fixture.ts';
import { type LambdaServer, type Listed, lambdaServer } from './lambda.fixture.ts';

const run = Date.now().toString(36);
const topics = ['orders', 'bills', 'returns'].map((name) => `live-${name}-${run}`) as [string, string, string];
const [orders, bills, returns] = topics;
const kafka = testKafka();
const [admin, producer] = [kafka.admin(), kafka.producer()];

type KafkaEvent = { eventSource: string; records: Record<string, { topic: string; value: string }[]> };
/** Says `<function> <text>` for each record that a function gets. */
const calls = new EventEmitter();
const failing = new Set<string>();

/** Resolves when the function has got the text. */
const got = (functionName: string, text: string) => once(calls, `${functionName} ${text}`);

function invoked(functionName: string, { records }: KafkaEvent): void {
  for (const { value } of Object.values(records).flat()) {
    const text = Buffer.from(value, 'base64').toString();
    calls.emit(`${functionName} ${text}`);
    if (failing.delete(text)) throw new Error('not at first');
  }
}

const mapping = (UUID: string, functionName: string, topic: string, more: Partial<Listed> = {}): Listed => ({
  UUID,
  FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
  State: 'Enabled',
  StateTransitionReason: 'USER_INITIATED',
  LastModified: 1_700_000_000,
  LastProcessingResult: 'No records processed',
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  ParallelizationFactor: 1,
  TumblingWindowInSeconds: 0,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  BisectBatchOnFunctionError: false,
  DestinationConfig: { OnFailure: {} },
  FunctionResponseTypes: [],
  StartingPosition: 'TRIM_HORIZON',
  Topics: [topic],
  SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [...brokers] } },
  SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: `live-${UUID}-${run}` },
  ...more,
});

const folder = ownFolder({ 'settings.yaml': JSON.stringify({ custom: { dispatcher: testEntry() } }) });
let server: LambdaServer;

before(async () => {
  server = await lambdaServer((name, event) => invoked(name, event as KafkaEvent));
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions: 1 })),
  );
});

after(async () => {
  server.close();
  await admin.deleteTopics({ topics: [...topics] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

const send = (topic: string, value: string) => producer.send({ topic, messages: [{ value }] });

/** Starts the command; `said` resolves when its log has had what is looked for. */
function host(signal: AbortSignal) {
  const settings = join(folder, 'settings.yaml');
  const from = ['--lambda', server.url, '--settings', settings];
  const args = [join(import.meta.dirname, '..', 'host.ts'), ...from, '--probes', '0'];
  const child = ownProcess(args);
  signal.addEventListener('abort', () => child.kill('SIGKILL'));
  let log = '';
  const news = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
      news.emit('more');
    });
  }
  child.once('exit', (code) => news.emit('error', new Error(`it ended with ${code}: ${log}`)));
  const said = async (what: RegExp) => {
    while (!what.test(log)) await once(news, 'more');
  };
  const end = async () => {
    news.on('error', () => undefined);
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await ended;
    return log;
  };
  return { child, said, end };
}

test('mappings of a Lambda endpoint are read from while they are there and enabled', { timeout: 120_000 }, async ({
  signal,
}) => {
  const { mappings } = server;
  mappings.set('queue', {
    UUID: 'queue',
    FunctionArn: 'f',
    State: 'Enabled',
    EventSourceArn: 'arn:aws:sqs:us-east-1:1:q',
  });
  mappings.set('off', mapping('off', 'never', orders, { State: 'Disabled' }));
  mappings.set('one', mapping('one', 'ship', orders, { FunctionArn: 'arn:aws:lambda:us-east-1:1:function:ship:live' }));
  failing.add('first');
  const { child, said, end } = host(signal);
  try {
    const twice = got('ship:live', 'first').then(() => got('ship:live', 'first'));
    await send(orders, 'first');
    await twice;

    // Created.
    const billed = got('bill', 'bill 1');
    mappings.set('two', mapping('two', 'bill', bills));
    await send(bills, 'bill 1');
    await billed;

    // One that cannot be read hurts no other, and is read once it can be.
    const returned = got('take', 'return 1');
    mappings.set('three', mapping('three', 'take', 'nowhere', { MaximumRetryAttempts: 20_000 }));
    await said(/three: cannot be read, trying again: .*MaximumRetryAttempts/);
    mappings.set('three', mapping('three', 'take', returns));
    await send(returns, 'return 1');
    await returned;

    // Changed: another function, at the same place of the same group.
    const changed = got('bill2', 'bill 2');
    calls.once('bill2 bill 1', () => assert.fail('it went back'));
    mappings.set('two', mapping('two', 'bill2', bills));
    await said(/two: bill2:/);
    await send(bills, 'bill 2');
    await changed;

    // Disabled, deleted, and enabled again.
    mappings.set('two', mapping('two', 'bill2', bills, { State: 'Disabled' }));
    mappings.delete('three');
    await Promise.all([said(/two: is no longer enabled/), said(/three: is no longer enabled/)]);
    await send(bills, 'bill 3');
    const late = got('bill2', 'bill 3');
    mappings.set('two', mapping('two', 'bill2', bills, { State: 'Enabled' }));
    await late;
  } finally {
    const log = await end();
    child.kill('SIGKILL');
    assert.match(log, /drained in \d+ ms, 0 records/);
  }
  const [group] = await admin.fetchOffsets({ groupId: `live-two-${run}`, topics: [bills] });
  assert.equal(group?.partitions[0]?.offset, '3');
});

test('an endpoint that is away is waited for, and what was read from it goes on meanwhile', {
  timeout: 60_000,
}, async ({ signal }) => {
  server.mappings.clear();
  server.mappings.set('one', mapping('one', 'ship', orders));
  const { said, end } = host(signal);
  try {
    await said(/one: ship:/);
    const { url } = server;
    server.close();
    await said(/the Lambda endpoint does not answer, trying again/);
    server = await lambdaServer((name, event) => invoked(name, event as KafkaEvent), Number(new URL(url).port));
    server.mappings.set('one', mapping('one', 'ship', orders));
    const again = got('ship', 'second');
    await send(orders, 'second');
    await Promise.all([again, said(/the Lambda endpoint answers again/)]);
  } finally {
    await end();
  }
});
