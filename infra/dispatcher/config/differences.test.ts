import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './differences.ts';
import { planOf } from './mapping.ts';

const kafka = { topic: 'orders', bootstrapServers: ['a:9092'] };
const pollers = { provisionedPollerConfig: { minimumPollers: 1 } };

type Said = { event?: Record<string, unknown>; defaults?: Record<string, unknown>; definition?: object; msk?: boolean };

function said({ event = {}, defaults = {}, definition = {}, msk = false }: Said, destinations = {}): string[] {
  const trigger = msk ? { msk: { topic: 'orders', arn: 'arn:x', ...event } } : { kafka: { ...kafka, ...event } };
  const functions = { ship: { handler: 'mapping.handler', events: [trigger], ...definition } };
  const custom = { dispatcher: { brokers: 'a:9092', defaults, destinations } };
  return differences(planOf({ functions, custom }, import.meta.dirname));
}

const partial = { functionResponseType: 'ReportBatchItemFailures' };
const dead = { onFailureDestination: 'kafka://dead' };
const filter = (rule: unknown) => ({ event: { filterPatterns: [{ value: { a: [rule] } }] } });

const table: [string, Said, RegExp[]][] = [
  ['nothing set', {}, []],
  ['key order and concurrency', { defaults: { ordering: 'key', concurrency: 4 } }, [/works here only/, /concurrency/]],
  ['retries', { defaults: { maximumRetryAttempts: 2 } }, [/CloudFormation is told/, /wants provisionedPollerConfig/]],
  [
    'a schema registry',
    {
      defaults: {
        schemaRegistryConfig: {
          SchemaRegistryURI: 'http://127.0.0.1:8081',
          EventRecordFormat: 'JSON',
          SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
        },
      },
    },
    [/wants provisionedPollerConfig for a schema registry/, /does not say how it writes Avro/],
  ],
  [
    'retries with provisioned pollers',
    { event: pollers, defaults: { maximumRetryAttempts: 2 } },
    [/CloudFormation is told/, /scales up to maximumPollers/],
  ],
  ['a Kafka destination', { event: dead }, [/wants provisionedPollerConfig for a kafka:\/\//]],
  ['a Kafka destination with provisioned pollers', { event: { ...dead, ...pollers } }, [/scales up/]],
  [
    'raw dead letters',
    { event: { ...dead, ...pollers }, defaults: { onFailureFormat: 'raw' } },
    [/dead\.\*/, /scales/],
  ],
  [
    'a destination of an msk event',
    { msk: true, event: { ...dead, ...pollers } },
    [/no onFailureDestination in an msk event/, /scales up/],
  ],
  ['a queue', { event: { onFailureDestination: 'arn:aws:sqs:eu-west-1:1:dlq' } }, [/written below \.dispatcher\//]],
  ['an intrinsic', { event: { onFailureDestination: { 'Fn::GetAtt': ['A', 'Arn'] } } }, [/written below/]],
  ['a partial answer', { event: pollers, defaults: partial }, [/CloudFormation/, /just the records/, /scales/]],
  [
    'a partial answer read as for Kinesis',
    { event: pollers, defaults: { ...partial, partialRetry: 'fromLowest' } },
    [/CloudFormation/, /Kinesis and DynamoDB/, /scales/],
  ],
  ['a window that is not whole', { event: { maximumBatchingWindow: 0.7 } }, [/not whole seconds/]],
  ['no window', { event: { maximumBatchingWindow: 0 } }, [/AWS then waits for 0\.5 s/]],
  ['a long time-out', { definition: { timeout: 841 } }, [/14 minutes/]],
  ['the longest time-out', { definition: { timeout: 840 } }, []],
  ['a shared worker', { defaults: { worker: 'shop' } }, [/share a thread/]],
  ['a client context', { defaults: { clientContext: true } }, [/clientContext\.custom/]],
  ['a wildcard', filter({ wildcard: 'a*' }), [/wildcard, cidr/]],
  ['an operator inside anything-but', filter({ 'anything-but': { prefix: 'a' } }), [/wildcard, cidr/]],
  ['operators that Lambda lists', filter({ 'anything-but': ['a'] }), []],
];

for (const [name, given, lines] of table) {
  test(`differences: ${name}`, () => {
    const found = said(given);
    assert.equal(found.length, lines.length, found.join('\n'));
    for (const [index, line] of lines.entries()) {
      assert.match(found[index] ?? '', line);
      assert.match(found[index] ?? '', /^differs from AWS \(ship:orders\): /);
    }
  });
}

test('differences: a queue that has an endpoint is reached, and nothing is said', () => {
  const queue = { event: { onFailureDestination: 'arn:aws:sqs:eu-west-1:1:dlq' } };
  assert.deepEqual(said(queue, { sqs: 'http://127.0.0.1:9324' }), []);
});
