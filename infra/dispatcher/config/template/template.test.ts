/** CloudFormation templates, read into the plan that serverless.yml is read into. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cloudFormation, folder, planned, sam } from './template.fixture.ts';

test('a template: a function that runs elsewhere is called through an endpoint', () => {
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:elsewhere:live';
  assert.throws(() => planned(cloudFormation({}, arn)), /functions\.elsewhere\.handler: .*--endpoint/);
  const python = sam.replace('Handler: app.handler', 'Handler: app.handler\n      Runtime: python3.13');
  assert.throws(() => planned(python), /functions\.Ship\.runtime: python3\.13 .*--endpoint/);
  const endpoint = 'http://127.0.0.1:3002';
  assert.equal(planned(cloudFormation({}, arn), {}, { endpoint }).functions.elsewhere?.name, 'elsewhere');
  assert.equal(planned(python, {}, { endpoint }).functions.Ship?.name, 'shop-dev-ship');
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
  // The CDK names folders that it did not copy as they are.
  for (const path of ['src', join(folder, 'src')]) {
    asset.Metadata['aws:asset:path'] = path;
    template.Resources.Ship = asset;
    assert.equal(planned(JSON.stringify(template)).functions.Ship?.file, join(folder, 'src', 'app.ts'));
  }
});

test('what is no template is refused by the file’s name and the place in it', () => {
  for (const [text, message] of [
    ['a: [', /template\.yaml: .* line 1, column/],
    ['service: shop', /template\.yaml: is no template/],
    ["Resources: { 'Fn::ForEach::Each': [A, [b], {}] }", /template\.yaml: Resources\.Fn::ForEach::Each makes/],
    ['Resources: { A: !Nope x }', /template\.yaml: !Nope is no intrinsic function/],
    ['Resources: *nothing', /template\.yaml: Unresolved alias .*nothing/],
  ] as const)
    assert.throws(() => planned(text), message);
});
