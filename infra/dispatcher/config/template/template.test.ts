/** Templates as people have them, read into the plan that serverless.yml is read into. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { differences } from '../differences.ts';
import { type PlanOptions, planOf } from '../mapping.ts';
import { templateService } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'template-'));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'src'));
writeFileSync(join(folder, 'src', 'app.ts'), 'export const handler = async () => undefined;\n');

const file = join(folder, 'template.yaml');
const planned = (text: string, parameters: Record<string, string> = {}, options: PlanOptions = {}) =>
  planOf(templateService(text, file, parameters), folder, { brokers: 'b:9092', ...options });

const sam = `
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
  Servers: { Type: CommaDelimitedList, Default: 'a:9092, b:9092' }
Mappings:
  Sizes: { dev: { Batch: 7 }, live: { Batch: 500 } }
Conditions:
  Live: !Equals [!Ref Stage, live]
Globals:
  Function:
    Runtime: nodejs22.x
    CodeUri: src/
    Timeout: 30
    Environment: { Variables: { STAGE: !Ref Stage, TABLE: !Ref Table } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '\${Stage}-dead' } }
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { Name: kafka } }
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Join ['-', [shop, !Ref Stage, ship]]
      Handler: app.handler
      Environment: { Variables: { OWN: 1 } }
      Events:
        Nightly: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
        Orders:
          Type: SelfManagedKafka
          Properties:
            KafkaBootstrapServers: !Ref Servers
            Topics: [!Sub 'orders-\${Stage}']
            StartingPosition: !If [Live, LATEST, TRIM_HORIZON]
            BatchSize: !FindInMap [Sizes, !Ref Stage, Batch]
            Enabled: 'true'
            ConsumerGroupId: !If [Live, live, !Ref AWS::NoValue]
            SourceAccessConfigurations:
              - { Type: VPC_SUBNET, URI: subnet:subnet-1 }
              - { Type: SASL_SCRAM_512_AUTH, URI: !Ref Secret }
            FilterCriteria: { Filters: [{ Pattern: '{"value":{"a":[1]}}' }] }
            DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Dead.Arn } }
            ProvisionedPollerConfig: { MinimumPollers: 2 }
            MaximumRetryAttempts: 3
            BisectBatchOnFunctionError: true
            FunctionResponseTypes: [ReportBatchItemFailures]
  Neighbour:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.13, Handler: app.main, Events: { Api: { Type: HttpApi } } }
`;

test('a SAM template: everything that its Kafka event says is resolved and kept', () => {
  const plan = planned(sam);
  const { functions, mappings } = plan;
  assert.deepEqual([Object.keys(functions), mappings.length], [['Ship'], 1]);
  const [mapping] = mappings;
  assert.ok(mapping);
  assert.deepEqual(
    [mapping.topic, mapping.batchSize, mapping.enabled, mapping.startingPosition, mapping.bootstrapServers],
    ['orders-dev', 7, true, { at: 'TRIM_HORIZON' }, ['a:9092', 'b:9092']],
  );
  assert.deepEqual(mapping.onFailure, { kind: 'sqs', arn: 'arn:aws:sqs:us-east-1:000000000000:dev-dead' });
  assert.deepEqual(mapping.secrets, ['arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka']);
  assert.deepEqual([mapping.maximumRetryAttempts, mapping.bisectBatchOnFunctionError], [3, true]);
  assert.deepEqual([mapping.reportBatchItemFailures, mapping.pollers, mapping.concurrency], [true, 2, 5]);
  assert.deepEqual(mapping.filterPatterns, [{ value: { a: [1] } }]);
  assert.match(mapping.consumerGroupId, /^template-.*-Ship-orders-dev$/);
  const told = differences(plan).join('\n');
  assert.match(told, /000000000000 stands for one that only a deployment knows/);
  assert.doesNotMatch(told, /until CloudFormation is told too/, 'AWS is told of its retries');
});

test('a SAM template: a function has its own settings over those of Globals, and Lambda’s where nobody says them', () => {
  const { Ship } = planned(sam).functions;
  assert.deepEqual(
    [Ship?.name, Ship?.file, Ship?.handler, Ship?.deployedHandler],
    ['shop-dev-ship', join(folder, 'src', 'app.ts'), 'handler', 'app.handler'],
  );
  assert.deepEqual([Ship?.timeoutSeconds, Ship?.memoryMegabytes], [30, 128]);
  assert.deepEqual(Ship?.environment, { STAGE: 'dev', OWN: '1' });
});

test('a template: --parameters says what a parameter is; one that there is not is refused', () => {
  const [mapping] = planned(sam, { Stage: 'live' }).mappings;
  assert.deepEqual(
    [mapping?.topic, mapping?.batchSize, mapping?.startingPosition, mapping?.consumerGroupId],
    ['orders-live', 500, { at: 'LATEST' }, 'live'],
  );
  assert.throws(() => planned(sam, { Stag: 'live' }), /--parameters Stag .*Stage, Servers/);
});

const cloudFormation = (more: Record<string, unknown> = {}, functionName: unknown = { Ref: 'Ship' }) =>
  JSON.stringify({
    Parameters: { Topic: { Type: 'String' } },
    Resources: {
      Cluster: { Type: 'AWS::MSK::Cluster', Properties: { ClusterName: 'main' } },
      Ship: {
        Type: 'AWS::Lambda::Function',
        Properties: { Handler: 'app.handler', Runtime: 'nodejs22.x', Code: './src', FunctionName: 'shop-ship' },
      },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Ship' }, Name: 'live' } },
      Queue: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q' } },
      Orders: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: functionName,
          EventSourceArn: { Ref: 'Cluster' },
          Topics: ['orders'],
          StartingPosition: 'TRIM_HORIZON',
          AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'g' },
          ...more,
        },
      },
    },
  });

test('a CloudFormation template: mappings of Kafka call their functions, those of queues are left alone', () => {
  for (const name of [
    { Ref: 'Ship' },
    { 'Fn::GetAtt': ['Ship', 'Arn'] },
    { 'Fn::Join': [':', [{ 'Fn::GetAtt': 'Ship.Arn' }, 'live']] },
    { Ref: 'Live' },
  ]) {
    const { mappings, functions } = planned(cloudFormation({}, name));
    assert.deepEqual([mappings.length, mappings[0]?.functionName, mappings[0]?.consumerGroupId], [1, 'Ship', 'g']);
    assert.deepEqual([mappings[0]?.eventSource, functions.Ship?.name], ['aws:kafka', 'shop-ship']);
    assert.match(mappings[0]?.eventSourceArn ?? '', /^arn:aws:kafka:us-east-1:000000000000:cluster\/main\//);
  }
});

test('a template: a function that runs elsewhere is called through an endpoint', () => {
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:elsewhere:live';
  assert.throws(() => planned(cloudFormation({}, arn)), /functions\.elsewhere\.handler: .*--endpoint/);
  const python = sam.replace('Handler: app.handler', 'Handler: app.handler\n      Runtime: python3.13');
  assert.throws(() => planned(python), /functions\.Ship\.runtime: python3\.13 .*--endpoint/);
  const endpoint = 'http://127.0.0.1:3002';
  assert.equal(planned(cloudFormation({}, arn), {}, { endpoint }).functions.elsewhere?.name, 'elsewhere');
  assert.equal(planned(python, {}, { endpoint }).functions.Ship?.name, 'shop-dev-ship');
});

const faults: readonly (readonly [what: string, properties: Record<string, unknown>, message: RegExp])[] = [
  ['a key that there is not', { BatchSise: 1 }, /Resources\.Orders\.Properties: .*BatchSise/],
  ['a key of another source', { ParallelizationFactor: 2 }, /ParallelizationFactor/],
  ['a value out of its limits', { BatchSize: '10001' }, /Resources\.Orders\.Properties\.BatchSize: /],
  ['a parameter without a value', { Topics: [{ Ref: 'Topic' }] }, /Topics\.0: is \{"Ref":"Topic"\}.*--parameters/],
  ['no starting position', { StartingPosition: undefined }, /Properties\.StartingPosition: /],
  ['a filter that is no JSON', { FilterCriteria: { Filters: [{ Pattern: '{' }] } }, /Filters\.0\.Pattern: is no JSON/],
  [
    'two sources',
    { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['a:1'] } } },
    /has either EventSourceArn/,
  ],
  ['a share group', { SelfManagedKafkaEventSourceConfig: { ConsumptionMode: 'Queue' } }, /ConsumptionMode/],
];

for (const [what, properties, message] of faults) {
  test(`a template: ${what} is refused by its name`, () => {
    assert.throws(() => planned(cloudFormation(properties)), message);
  });
}

test('a template: a destination that only a deployment knows does not stop the start', () => {
  const OnFailure = { Destination: { 'Fn::ImportValue': 'dead-letters' } };
  const [mapping] = planned(cloudFormation({ DestinationConfig: { OnFailure } })).mappings;
  assert.equal(mapping?.onFailure?.kind, 'intrinsic');
});

test('a template of the CDK: a function’s code is where the CDK has put it', () => {
  const asset = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'app.handler',
      Runtime: 'nodejs22.x',
      Code: { S3Bucket: { 'Fn::Sub': 'assets' }, S3Key: 'x.zip' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    },
    Metadata: { 'aws:asset:path': 'src', 'aws:asset:property': 'Code' },
  };
  const template = JSON.parse(cloudFormation());
  template.Resources.Ship = asset;
  assert.equal(planned(JSON.stringify(template)).functions.Ship?.file, join(folder, 'src', 'app.ts'));
});

test('a template: what a condition leaves out is not there', () => {
  const onlyLive = sam.replace(
    'Type: AWS::Serverless::Function\n    Properties:\n      FunctionName',
    'Type: AWS::Serverless::Function\n    Condition: Live\n    Properties:\n      FunctionName',
  );
  assert.equal(planned(onlyLive).mappings.length, 0);
  assert.equal(planned(onlyLive, { Stage: 'live' }).mappings.length, 1);
});

test('what is no template is refused by the file’s name and the place in it', () => {
  for (const [text, message] of [
    ['a: [', /template\.yaml: .* line 1, column/],
    ['service: shop', /template\.yaml: is no template/],
    ["Resources: { 'Fn::ForEach::Each': [A, [b], {}] }", /template\.yaml: Resources\.Fn::ForEach::Each makes/],
    ['Resources: { A: !Nope x }', /template\.yaml: !Nope is no intrinsic function/],
  ] as const)
    assert.throws(() => planned(text), message);
});
