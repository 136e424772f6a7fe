import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, differences } from './describePlan.ts';
import { type Plan, planOf } from './mapping.ts';
import type { Service } from './service.ts';

const kafka = {
  topic: 'orders',
  bootstrapServers: ['a:9092', 'b:9092'],
  accessConfigurations: { vpcSubnet: ['subnet-0'] },
};

function plan(
  event: Record<string, unknown> = {},
  dispatcher?: unknown,
  definition: Record<string, unknown> = {},
): Plan {
  const functions = {
    ship: { handler: 'mapping.test.handler', events: [{ kafka: { ...kafka, ...event } }], ...definition },
  };
  const service: Service = { service: 'shop', provider: { stage: 'dev' }, functions, custom: { dispatcher } };
  return planOf(service, import.meta.dirname);
}

test('mapping: what is not said is as on AWS', () => {
  const { brokers, clientId, mappings, functions } = plan();
  assert.deepEqual([brokers, clientId], [['a:9092', 'b:9092'], 'shop']);
  assert.deepEqual(mappings, [
    {
      id: 'ship:orders',
      functionName: 'ship',
      topic: 'orders',
      enabled: true,
      eventSource: 'SelfManagedKafka',
      bootstrapServers: ['a:9092', 'b:9092'],
      consumerGroupId: 'shop-dev-ship-orders',
      startingPosition: { at: 'TRIM_HORIZON' },
      batchSize: 100,
      maximumBatchingWindow: 0.5,
      filterPatterns: [],
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
      bisectBatchOnFunctionError: false,
      reportBatchItemFailures: false,
      ordering: 'partition',
      concurrency: 1,
      pollers: 1,
    },
  ]);
  assert.equal(functions.ship?.timeoutSeconds, 6);
  assert.equal(functions.ship?.handler, 'handler');
});

test('mapping: with a destination endless retries become ten, and a number stays', () => {
  const onFailureDestination = 'kafka://orders.dead';
  assert.equal(plan({ onFailureDestination }).mappings[0]?.maximumRetryAttempts, 10);
  assert.equal(
    plan({ onFailureDestination }, { defaults: { maximumRetryAttempts: 3 } }).mappings[0]?.maximumRetryAttempts,
    3,
  );
});

test('mapping: what is set for a function goes before what is set for all', () => {
  const [mapping] = plan(
    {},
    { defaults: { ordering: 'key', concurrency: 2 }, functions: { ship: { concurrency: 8 } } },
  ).mappings;
  assert.deepEqual([mapping?.ordering, mapping?.concurrency], ['key', 8]);
});

test('mapping: plain environment values come through, intrinsic functions do not', () => {
  const environment = { TEXT: 'x', NUMBER: 5, FLAG: true, INTRINSIC: { Ref: 'Queue' } };
  assert.deepEqual(plan({}, undefined, { environment }).functions.ship?.environment, {
    TEXT: 'x',
    NUMBER: '5',
    FLAG: 'true',
  });
});

const refused: [string, () => unknown, RegExp][] = [
  ['a batch that is too large', () => plan({ batchSize: 10_001 }), /functions\.ship\.events\.0\.kafka\.batchSize/],
  ['a window that is too long', () => plan({ maximumBatchingWindow: 301 }), /kafka\.maximumBatchingWindow/],
  ['no topic', () => plan({ topic: undefined }), /kafka\.topic/],
  ['an unknown position', () => plan({ startingPosition: 'MIDDLE' }), /kafka\.startingPosition/],
  [
    'a position in time without the time',
    () => plan({ startingPosition: 'AT_TIMESTAMP' }),
    /startingPositionTimestamp/,
  ],
  [
    'a destination out of reach',
    () => plan({ onFailureDestination: 'arn:aws:sqs:x' }),
    /onFailureDestination: is kafka:\/\/<topic>/,
  ],
  [
    'a destination that is the source',
    () => plan({ onFailureDestination: 'kafka://orders' }),
    /would go round for ever/,
  ],
  [
    'a bad pattern',
    () => plan({ filterPatterns: [{ value: { a: [{ prefixx: 'x' }] } }] }),
    /events\.0\.filterPatterns\.0\.value\.a\.0: there is no operator/,
  ],
  [
    'too many retries',
    () => plan({}, { defaults: { maximumRetryAttempts: 10_001 } }),
    /custom\.dispatcher\.defaults\.maximumRetryAttempts/,
  ],
  [
    'a record age under a minute',
    () => plan({}, { defaults: { maximumRecordAgeInSeconds: 59 } }),
    /maximumRecordAgeInSeconds/,
  ],
  ['a misspelt setting', () => plan({}, { defaults: { concurency: 2 } }), /concurency/],
  ['a function that is not there', () => plan({}, { functions: { shop: {} } }), /custom\.dispatcher\.functions\.shop/],
  [
    'a module that is not there',
    () => plan({}, undefined, { handler: 'nowhere.handler' }),
    /functions\.ship\.handler: there is no module/,
  ],
];
for (const [name, work, message] of refused)
  test(`mapping: ${name} is refused, naming the key`, () => assert.throws(work, message));

test('plan: what AWS would do otherwise is said once, and nothing where it would not', () => {
  assert.deepEqual(differences(plan()), []);
  const said = differences(plan({}, { defaults: { ordering: 'key', concurrency: 4, maximumRetryAttempts: 2 } }));
  assert.equal(said.length, 3);
  for (const line of said) assert.match(line, /^differs from AWS \(ship:orders\): /);
});

test('plan: the table has a row for each mapping', () => {
  assert.match(
    describePlan(plan()),
    /^brokers a:9092,b:9092\nfunction .*\nship {6}orders .*shop-dev-ship-orders .*TRIM_HORIZON/,
  );
});

test('functions that share a worker are told to differ from AWS, and need one environment', () => {
  const service = (environment: Record<string, string>): Service => ({
    service: 'shop',
    functions: {
      ship: { handler: 'mapping.test.handler', events: [{ kafka }] },
      bill: { handler: 'mapping.test.handler', events: [{ kafka }], environment },
    },
    custom: { dispatcher: { defaults: { worker: 'shop' } } },
  });
  const shared = planOf(service({}), import.meta.dirname);
  assert.deepEqual([shared.functions.ship?.worker, shared.functions.bill?.worker], ['shop', 'shop']);
  assert.match(differences(shared).join(), /ship:orders, bill:orders\): the functions share a thread/);
  assert.throws(
    () => planOf(service({ RATE: '1' }), import.meta.dirname),
    /functions\.bill\.environment: is another than that of "ship", with which it shares the worker "shop"/,
  );
});
