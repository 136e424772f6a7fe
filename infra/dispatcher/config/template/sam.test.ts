/** SAM templates, read into the plan that serverless.yml is read into. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { differences } from '../differences.ts';
import { folder, planned, sam } from './template.fixture.ts';

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
  assert.match(mapping.consumerGroupId, /^despacho-.*-Ship-orders-dev$/);
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

test('a template: what a condition leaves out is not there', () => {
  const onlyLive = sam.replace(
    'Type: AWS::Serverless::Function\n    Properties:\n      FunctionName',
    'Type: AWS::Serverless::Function\n    Condition: Live\n    Properties:\n      FunctionName',
  );
  assert.equal(planned(onlyLive).mappings.length, 0);
  assert.equal(planned(onlyLive, { Stage: 'live' }).mappings.length, 1);
});
