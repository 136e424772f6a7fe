/** What is deployed for a recording: for each rule a function and its event source mapping, and a queue that they tell of themselves. */
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { reportingSource } from './reporting.ts';

/** A way into the brokers, in CloudFormation's words. */
export type Access = Readonly<{ Type: string; URI: string }>;
export type Recorded = Readonly<{ rule: Rule; scene: Pick<Scene, 'topic' | 'group'>; name: string }>;
export type Cluster = Readonly<{ brokers: readonly string[]; access: readonly Access[] }>;
type Values = Readonly<Record<string, unknown>>;

const nothing = () => undefined;
const given = (all: Values) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

/** The rule's settings, from serverless' words into CloudFormation's. Provisioned mode, which most of them want. */
function mappingOf({ rule, scene, name }: Recorded, { brokers, access }: Cluster): Values {
  const told = { batchSize: 10, maximumBatchingWindow: 0, ...rule.event } as Values;
  const { filterPatterns = [], onFailureDestination } = told as {
    filterPatterns?: unknown[];
    onFailureDestination?: string;
  };
  const { functionResponseType, ...extra } = (rule.extra ?? {}) as Values;
  const window = told.maximumBatchingWindow as number | undefined;
  return given({
    FunctionName: { Ref: name },
    Topics: [scene.topic],
    StartingPosition: told.startingPosition ?? 'TRIM_HORIZON',
    StartingPositionTimestamp: told.startingPositionTimestamp,
    BatchSize: told.batchSize,
    MaximumBatchingWindowInSeconds: window === undefined ? undefined : Math.ceil(window),
    SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: brokers } },
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: scene.group },
    SourceAccessConfigurations: access,
    ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 1 },
    FilterCriteria:
      filterPatterns.length > 0
        ? { Filters: filterPatterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) }
        : undefined,
    DestinationConfig: onFailureDestination && {
      OnFailure: { Destination: onFailureDestination.replaceAll('$TOPIC', scene.topic) },
    },
    MaximumRetryAttempts: extra.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: extra.maximumRecordAgeInSeconds,
    BisectBatchOnFunctionError: extra.bisectBatchOnFunctionError,
    FunctionResponseTypes: functionResponseType ? [functionResponseType] : undefined,
  });
}

function functionOf({ rule, name }: Recorded): Values {
  const { timeout = 30, memorySize = 256 } = rule.definition ?? {};
  return {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: timeout,
    MemorySize: memorySize,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: reportingSource(rule.handler ?? nothing) },
    Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' }, RULE: name } },
  };
}

/** What the functions and their pollers may do: tell, log, reach the network of the brokers, and read their secrets. */
function roleOf(access: readonly Access[]): Values {
  const secrets = access.map(({ URI }) => URI).filter((uri) => uri.includes(':secretsmanager:'));
  const statements = [
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    ...(secrets.length > 0 ? [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets }] : []),
  ];
  const policies = ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'];
  return {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: policies.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/${name}`,
    })),
    Policies: [{ PolicyName: 'conformance', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  };
}

/** @returns a template of CloudFormation; its output `QueueUrl` is where the functions tell of themselves */
export function stackOf(recorded: readonly Recorded[], cluster: Cluster): Values {
  const functions = recorded.flatMap((one) => [
    [one.name, { Type: 'AWS::Lambda::Function', Properties: functionOf(one) }],
    [`${one.name}Mapping`, { Type: 'AWS::Lambda::EventSourceMapping', Properties: mappingOf(one, cluster) }],
  ]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Role: { Type: 'AWS::IAM::Role', Properties: roleOf(cluster.access) },
      ...Object.fromEntries(functions),
    },
    Outputs: { QueueUrl: { Value: { Ref: 'Queue' } } },
  };
}
