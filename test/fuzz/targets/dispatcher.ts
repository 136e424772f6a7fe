/** What a person gives the dispatcher. */
import fc from 'fast-check';
import { compileFilters } from '../../../infra/dispatcher/config/filter.ts';
import { planOf } from '../../../infra/dispatcher/config/mapping.ts';
import type { Service } from '../../../infra/dispatcher/config/service.ts';
import { templateService } from '../../../infra/dispatcher/config/template/template.ts';
import { almost, bytes, damaged, json, text } from '../inputs.ts';
import { isMistake, target } from '../target.ts';

const folder = process.cwd();

const event = almost({
  bootstrapServers: [['127.0.0.1:1']],
  topic: ['orders'],
  consumerGroupId: ['group'],
  batchSize: [1, 100],
  maximumBatchingWindow: [0, 0.5],
  startingPosition: ['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP'],
  startingPositionTimestamp: [1],
  filterPatterns: [[{ value: { a: [{ prefix: 'b' }] } }]],
  destinations: [{ onFailure: 'kafka://dead' }],
});
const services = fc.record(
  {
    service: fc.oneof(fc.constant('shop'), json),
    provider: fc.oneof(almost({ name: ['aws'], runtime: ['nodejs24.x'] }), json),
    custom: fc.oneof(almost({ dispatcher: [{}, { brokers: '127.0.0.1:1' }] }), json),
    functions: fc.dictionary(
      fc.oneof(fc.constant('ship'), text),
      fc.oneof(
        fc.record({
          handler: fc.oneof(fc.constant('ship.handler'), text),
          events: fc.array(fc.record({ kafka: event })),
        }),
        json,
      ),
    ),
    resources: fc.oneof(json, fc.constant(undefined)),
  },
  { requiredKeys: [] },
);
const patterns = fc.array(fc.oneof(almost({ value: [{ a: ['b'] }, { a: [{ wildcard: '*a*' }] }] }), json));
const template = damaged(
  fc.constant(
    Buffer.from(`Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String, Default: dev } }
Resources:
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      Handler: ship.handler
      Runtime: nodejs24.x
      Events: { Orders: { Type: SelfManagedKafka, Properties: { Topics: [!Sub 'orders-\${Stage}'], KafkaBootstrapServers: ['127.0.0.1:1'] } } }
`),
  ),
);
export const dispatcher = [
  target(
    'templates',
    fc.oneof(bytes, template),
    (all) => planOf(templateService(String(all), 'template.yaml', {}), folder),
    isMistake,
  ),
  target('serverless.yml', services, (service) => planOf(service as Service, folder), isMistake),
  target('filter patterns', fc.tuple(patterns, bytes), ([of, value]) => compileFilters(of)?.(value), isMistake),
];
