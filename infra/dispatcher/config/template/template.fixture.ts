import { join } from 'node:path';
import { ownFolder } from '../../../ownFolder.fixture.ts';
import { type PlanOptions, planOf } from '../mapping.ts';
import { templateService } from './template.ts';

/** Has `src/app.ts`. */
export const folder = ownFolder({ 'src/app.ts': 'export const handler = async () => undefined;\n' });

const file = join(folder, 'template.yaml');
export const planned = (text: string, parameters: Record<string, string> = {}, options: PlanOptions = {}) =>
  planOf(templateService(text, file, parameters), folder, { brokers: 'b:9092', ...options });

export const sam = `
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

/** @param more properties of its one mapping */
export const cloudFormation = (more: Record<string, unknown> = {}, functionName: unknown = { Ref: 'Ship' }) =>
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
