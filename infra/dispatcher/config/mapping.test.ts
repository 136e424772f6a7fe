import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, planJson } from './describePlan.ts';
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
    ship: { handler: 'mapping.handler', events: [{ kafka: { ...kafka, ...event } }], ...definition },
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
      secrets: [],
      consumerGroupId: 'shop-dev-ship-orders',
      startingPosition: { at: 'TRIM_HORIZON' },
      batchSize: 100,
      maximumBatchingWindow: 0.5,
      filterPatterns: [],
      onFailureFormat: 'aws',
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
      bisectBatchOnFunctionError: false,
      retriesAreTold: true,
      reportBatchItemFailures: false,
      partialRetry: 'named',
      ordering: 'partition',
      concurrency: 1,
      provisioned: false,
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
  [
    'a misspelt key of the event',
    () => plan({ functionResponseType: 'ReportBatchItemFailures' }),
    /functionResponseType/,
  ],
  ['queue mode', () => plan({ consumptionMode: 'Queue' }), /consumptionMode: is not done here: share groups/],
  ['a group that AWS would refuse', () => plan({ consumerGroupId: 'my group ü' }), /consumerGroupId: is 1 to 200 of/],
  [
    'a start in the future',
    () => plan({ startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: Date.now() }),
    /startingPositionTimestamp: lies in the future/,
  ],
  [
    'more pollers at least than at most',
    () => plan({ provisionedPollerConfig: { minimumPollers: 5, maximumPollers: 2 } }),
    /provisionedPollerConfig: minimumPollers is more than maximumPollers/,
  ],
  ['a list without a broker', () => plan({}, { brokers: ' , ' }), /custom\.dispatcher\.brokers: names no broker/],
  ['no topic', () => plan({ topic: undefined }), /kafka\.topic/],
  ['an unknown position', () => plan({ startingPosition: 'MIDDLE' }), /kafka\.startingPosition/],
  [
    'a position in time without the time',
    () => plan({ startingPosition: 'AT_TIMESTAMP' }),
    /startingPositionTimestamp/,
  ],
  [
    'a destination of another kind',
    () => plan({ onFailureDestination: 'arn:aws:lambda:eu-west-1:1:function:f' }),
    /onFailureDestination: is kafka:\/\/<topic>, or the ARN/,
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

test('plan: the table has a row for each mapping', () => {
  assert.match(
    describePlan(plan()),
    /^brokers a:9092,b:9092\nfunction .*\nship {6}orders .*shop-dev-ship-orders .*TRIM_HORIZON/,
  );
});

test('plan: as JSON it has every setting of each mapping, and nothing of an environment', () => {
  const shown = plan({}, { endpoint: 'http://127.0.0.1:3002' }, { environment: { TOKEN: 'hush' } });
  const text = planJson(shown);
  const { brokers, endpoint, mappings } = shown;
  assert.deepEqual(JSON.parse(text), { brokers, endpoint, mappings });
  assert.doesNotMatch(text, /TOKEN|hush/);
});

test('functions that share a worker need one environment', () => {
  const service = (environment: Record<string, string>): Service => ({
    service: 'shop',
    functions: {
      ship: { handler: 'mapping.handler', events: [{ kafka }] },
      bill: { handler: 'mapping.handler', events: [{ kafka }], environment },
    },
    custom: { dispatcher: { defaults: { worker: 'shop' } } },
  });
  const shared = planOf(service({}), import.meta.dirname);
  assert.deepEqual([shared.functions.ship?.worker, shared.functions.bill?.worker], ['shop', 'shop']);
  assert.throws(
    () => planOf(service({ RATE: '1' }), import.meta.dirname),
    /functions\.bill\.environment: is another than that of "ship", with which it shares the worker "shop"/,
  );
});
