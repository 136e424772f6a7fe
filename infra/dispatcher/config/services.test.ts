/** Services as people have them: beside the functions that Kafka triggers stands everything else that serverless knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './differences.ts';
import { type Plan, type PlanOptions, planOf } from './mapping.ts';

const kafka = { topic: 'orders', bootstrapServers: ['a:9092'], accessConfigurations: { vpcSubnet: ['subnet-0'] } };
const handler = 'mapping.handler';

const resolved = (functions: Record<string, unknown>, dispatcher: unknown = {}, options: PlanOptions = {}): Plan =>
  planOf({ service: 'shop', functions, custom: { dispatcher } }, import.meta.dirname, options);

test('a service: functions without a Kafka event are left alone, whatever they are', () => {
  const neighbours = {
    go: { handler: 'bootstrap', runtime: 'provided.al2023', events: [{ schedule: 'rate(1 hour)' }] },
    image: { image: 'some/image:latest' },
    skill: { handler: 'skill.handler', events: ['alexaSkill'], timeout: 'never' },
    empty: { handler: 'nowhere.handler', events: null },
    nothing: null,
  };
  const { functions, mappings } = resolved({ ...neighbours, ship: { handler, events: [{ kafka }] } });
  assert.deepEqual([Object.keys(functions), mappings.map(({ id }) => id)], [['ship'], ['ship:orders']]);
});

test('a service: a function of any runtime is called through an endpoint; in threads only JavaScript runs', () => {
  const [python, image] = [{ handler: 'app.main', runtime: 'python3.13' }, { image: 'some/image' }];
  for (const definition of [python, image, { handler: 'com.example.App::handleRequest', runtime: 'java21' }]) {
    const functions = { f: { ...definition, events: [{ kafka }] } };
    assert.throws(() => resolved(functions), /functions\.f\.(runtime|handler): .* custom\.dispatcher\.endpoint/);
    assert.equal(resolved(functions, { endpoint: 'http://127.0.0.1:3002' }).endpoint, 'http://127.0.0.1:3002');
    assert.equal(resolved(functions, {}, { endpoint: 'http://127.0.0.1:4' }).endpoint, 'http://127.0.0.1:4');
  }
  assert.throws(() => resolved({}, {}, { endpoint: 'nowhere' }), /--endpoint/);
});

test('a service: a handler is the module up to the first dot, and the path of an export', () => {
  const { functions } = resolved({ ship: { handler: './mapping.orders.ship', events: [{ kafka }] } });
  assert.match(functions.ship?.file ?? '', /config\/mapping\.ts$/);
  assert.equal(functions.ship?.handler, 'orders.ship');
});

test('a service: numbers, truth and lists that come as texts from the environment are read as what they say', () => {
  const texts = { maximumRetryAttempts: '5', maximumRecordAgeInSeconds: '60', bisectBatchOnFunctionError: 'false' };
  const { brokers, mappings } = resolved(
    { ship: { handler, timeout: '30', events: [{ kafka: { ...kafka, batchSize: '7', enabled: 'true' } }] } },
    { brokers: '127.0.0.1:9, 127.0.0.1:19092,', defaults: { ...texts, concurrency: '2' } },
  );
  const [mapping] = mappings;
  assert.deepEqual(brokers, ['127.0.0.1:9', '127.0.0.1:19092']);
  assert.deepEqual([mapping?.maximumRetryAttempts, mapping?.maximumRecordAgeInSeconds], [5, 60]);
  assert.deepEqual([mapping?.bisectBatchOnFunctionError, mapping?.concurrency, mapping?.batchSize], [false, 2, 7]);
  const bad = { maximumRecordAgeInSeconds: '59', maximumRetryAttempts: 'many' };
  assert.throws(() => resolved({}, { defaults: bad }), /InSeconds: is −1 \(for ever\)|Attempts: .*expected number/);
});

test('a service: two events of a function on one topic have groups of their own', () => {
  const events = ['a', 'b'].map((a) => ({ kafka: { ...kafka, filterPatterns: [{ value: { a: [a] } }] } }));
  const { mappings } = resolved({ ship: { handler, events } });
  assert.deepEqual(
    mappings.map(({ id, consumerGroupId }) => [id, consumerGroupId]),
    [
      ['ship:orders', 'shop-ship-orders'],
      ['ship:orders:2', 'shop-ship-orders-2'],
    ],
  );
});

test('a service: a consumer group that two events have is refused, naming both', () => {
  const grouped = (topic: string) => ({ handler, events: [{ kafka: { ...kafka, topic, consumerGroupId: 'g' } }] });
  assert.throws(
    () => resolved({ ship: grouped('orders'), bill: grouped('bills') }),
    /functions\.bill\.events\.0: has the consumer group "g" of functions\.ship\.events\.0/,
  );
});

test('a service: a provisioned poller has five invocations in flight', () => {
  const event = { ...kafka, provisionedPollerConfig: { minimumPollers: 2 } };
  const [mapping] = resolved({ ship: { handler, events: [{ kafka: event }] } }).mappings;
  assert.deepEqual([mapping?.pollers, mapping?.concurrency, mapping?.provisioned], [2, 5, true]);
  const set = resolved({ ship: { handler, events: [{ kafka: event }] } }, { defaults: { concurrency: 1 } });
  assert.equal(set.mappings[0]?.concurrency, 1);
});

test('a service: a destination that is not Kafka does not stop the start', () => {
  const arn = 'arn:aws:sqs:eu-west-1:123456789012:dlq';
  const destined = (onFailureDestination: unknown, defaults = {}) =>
    resolved({ ship: { handler, events: [{ kafka: { ...kafka, onFailureDestination } }] } }, { defaults }).mappings[0]
      ?.onFailure;
  assert.deepEqual(destined('kafka://dead'), { kind: 'kafka', topic: 'dead' });
  assert.deepEqual(destined(arn), { kind: 'sqs', arn });
  assert.deepEqual(destined('arn:aws:s3:::bucket'), { kind: 's3', arn: 'arn:aws:s3:::bucket' });
  assert.equal(destined({ 'Fn::GetAtt': ['Dlq', 'Arn'] })?.kind, 'intrinsic');
  assert.deepEqual(destined(undefined, { onFailureDestination: arn }), { kind: 'sqs', arn });
});

const extended = (id: string, properties: unknown, event: unknown = { kafka }) =>
  planOf(
    {
      service: 'shop',
      functions: { 'ship-it': { handler, events: [event] } },
      resources: { extensions: { [id]: { Properties: properties } } },
      custom: { dispatcher: { brokers: 'a:1' } },
    },
    import.meta.dirname,
  );

test('a service: what resources.extensions tells AWS of a mapping counts here, too', () => {
  const properties = { MaximumRetryAttempts: 3, FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: '7' };
  const plan = extended('ShipDashitEventSourceMappingKafkaOrders', properties);
  const [mapping] = plan.mappings;
  assert.deepEqual([mapping?.maximumRetryAttempts, mapping?.reportBatchItemFailures], [3, true]);
  assert.deepEqual([mapping?.batchSize, mapping?.topic, mapping?.bootstrapServers], [7, 'orders', ['a:9092']]);
  assert.doesNotMatch(differences(plan).join('\n'), /until CloudFormation is told too/);
  const msk = { msk: { topic: 'orders', arn: { Ref: 'Main' } } };
  const id = 'ShipDashitEventSourceMappingMSKMainOrders';
  assert.equal(extended(id, properties, msk).mappings[0]?.maximumRetryAttempts, 3);
  assert.throws(() => extended(id, { BatchSise: 7 }, msk), /MSKMainOrders\.Properties: .*BatchSise/);
  assert.throws(() => extended('ShipEventSourceMappingKafkaOrders', properties), /there is no kafka or msk event/);
});

test('a service: mappings that its resources write down themselves are read, and their functions found', () => {
  const properties = {
    FunctionName: { 'Fn::GetAtt': ['ShipLambdaFunction', 'Arn'] },
    SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['a:9092'] } },
    Topics: ['orders'],
    StartingPosition: 'LATEST',
  };
  const resources = { Resources: { Orders: { Type: 'AWS::Lambda::EventSourceMapping', Properties: properties } } };
  const { mappings } = planOf({ functions: { ship: { handler } }, resources }, import.meta.dirname);
  assert.deepEqual(
    mappings.map(({ id, startingPosition }) => [id, startingPosition]),
    [['ship:orders', { at: 'LATEST' }]],
  );
  properties.FunctionName = { 'Fn::ImportValue': 'other' } as never;
  const elsewhere = planOf({ functions: { ship: { handler } }, resources }, import.meta.dirname);
  assert.deepEqual(elsewhere.mappings, []);
  assert.match(
    differences(elsewhere).join('\n'),
    /Resources\.Orders\.Properties: calls a function that only a deployment/,
  );
});
