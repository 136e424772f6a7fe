/** Templates that nobody would write: each gives a plan, or one sentence that says what is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Mistake } from '../../../faults.ts';
import { planOf } from '../mapping.ts';
import { templateService } from './template.ts';

/** As Fn::Sub has it. */
const substituted = (name: string) => `$\{${name}}`;
const words = [
  'Ship',
  'Orders',
  'Stage',
  'Live',
  'AWS::NoValue',
  'AWS::Region',
  'Ship.Arn',
  substituted('Stage'),
  substituted('Ship.Arn'),
  ',',
];
const functions = [
  'Sub',
  'Join',
  'GetAtt',
  'If',
  'FindInMap',
  'Select',
  'Split',
  'Equals',
  'Not',
  'And',
  'Or',
  'Base64',
];
const keys = ['Ref', 'Condition', ...functions.map((name) => `Fn::${name}`)];

const { value } = fc.letrec<{ value: unknown; leaf: unknown; list: unknown; call: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom('__proto__', 'constructor', ''),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  call: fc.tuple(fc.constantFrom(...keys), tie('value')).map(([key, operand]) => ({ [key]: operand })),
  value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('call')),
}));

const properties = [
  'FunctionName',
  'EventSourceArn',
  'Topics',
  'BatchSize',
  'Enabled',
  'FilterCriteria',
  'DestinationConfig',
];
const template = fc.record({
  Parameters: fc.record({
    Stage: fc.record({ Type: fc.constantFrom('String', 'CommaDelimitedList'), Default: value }),
  }),
  Conditions: fc.record({ Live: value }),
  Mappings: fc.record({ Stage: value }),
  Resources: fc.record({
    Ship: fc.record({
      Type: fc.constant('AWS::Lambda::Function'),
      Properties: fc.record({ FunctionName: value, Timeout: value }),
    }),
    Orders: fc.record({
      Type: fc.constant('AWS::Lambda::EventSourceMapping'),
      Condition: fc.constantFrom('Live', 'None'),
      Properties: fc.dictionary(fc.constantFrom(...properties), value),
    }),
  }),
});

test('whatever stands in a template, it gives a plan or is refused by one sentence', () => {
  fc.assert(
    fc.property(template, (given) => {
      try {
        const service = templateService(JSON.stringify(given), '/shop/template.json', {});
        planOf(service, '/shop', { endpoint: 'http://127.0.0.1:1', brokers: 'b:1' });
      } catch (error) {
        assert.ok(error instanceof Mistake, String((error as Error).stack));
      }
    }),
    { numRuns: 300 },
  );
});

test('what refers to itself is known to nobody, and ends', () => {
  const Orders = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Condition: 'Live',
    Properties: {
      Topics: [{ Ref: 'Topic' }],
      FunctionName: { Ref: 'Ship' },
      EventSourceArn: 'arn:aws:kafka:a:1:c',
      StartingPosition: 'LATEST',
    },
  };
  const Ship = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { Ref: 'Ship' } } };
  const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::GetAtt': 'Topic.TopicName' } } };
  const Conditions = { Live: { 'Fn::Not': [{ Condition: 'Live' }] } };
  const text = JSON.stringify({ Conditions, Resources: { Orders, Ship, Topic } });
  const service = templateService(text, '/shop/template.json', {});
  assert.throws(() => planOf(service, '/shop', { endpoint: 'http://127.0.0.1:1', brokers: 'b:1' }), Mistake);
});
