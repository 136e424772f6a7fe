/**
 * `serverless package` and `deploy`: what the same serverless.yml says of its triggers is also what AWS is told, and the
 * functions get there what this machine's engines tell them here. What stands beside them is in the YAML files of this folder.
 */
import { readSettings } from '../../functions/settings.ts';
import type { Mapping, Plan } from '../dispatcher/config/mapping.ts';
import { alarmsOf } from './alarms.ts';
import type { Parameters } from './parameters.ts';
import type { Resource, Resources } from './template.ts';

type Functions = Record<string, { events?: readonly object[] }>;
type Service = { functions?: object; provider?: object };

const systemGroup = { 'Fn::GetAtt': ['SystemSecurityGroup', 'GroupId'] };

/** Only what Kafka triggers goes to AWS: the console looks into the process it runs in, and the lab feeds its functions itself. */
function leaveOut(functions: Functions): void {
  for (const [name, { events = [] }] of Object.entries(functions)) {
    if (!events.some((event) => 'kafka' in event)) delete functions[name];
  }
}

/** Beside what the parameters say: these decide what is packaged, too. */
function settingsOf({ settings }: Parameters): Record<string, string> {
  const { namespace, email } = readSettings();
  return { ...settings, ...(namespace && { DESPACHO_NAMESPACE: namespace }), DESPACHO_EMAIL: String(email) };
}

/** The variable of each address or login, and the secret and key that hold it. */
const secretsOf = ({ secret, kafka }: Parameters): Readonly<Record<string, readonly [arn: string, key: string]>> => ({
  KAFKA_USER: [kafka.secret, 'username'],
  KAFKA_PASSWORD: [kafka.secret, 'password'],
  REDIS_URL: [secret, 'redis'],
  ELASTICSEARCH_URL: [secret, 'elasticsearch'],
  SMTP_URL: [secret, 'smtp'],
});

/** Before serverless makes its template: a change of these makes a new version of each function. */
export function prepare(service: Service, parameters: Parameters): void {
  leaveOut(service.functions as Functions);
  // CloudFormation puts the secrets in; the template holds their names alone.
  const resolved = Object.entries(secretsOf(parameters)).map(([name, [arn, key]]) => [
    name,
    `{{resolve:secretsmanager:${arn}:SecretString:${key}}}`,
  ]);
  Object.assign(service.provider as object, {
    environment: {
      ...settingsOf(parameters),
      KAFKA_BROKERS: parameters.kafka.brokers,
      ...Object.fromEntries(resolved),
    },
    vpc: {
      subnetIds: parameters.subnets,
      securityGroupIds: [systemGroup],
    },
  });
}

const ifMsk = (msk: unknown, own: unknown) => ({ 'Fn::If': ['Msk', msk, own] });
const nothing = { Ref: 'AWS::NoValue' };

/** What serverless's `kafka` event cannot say; and Lambda reads an MSK cluster by its ARN, any other by its brokers. */
function completeMapping(resource: Resource, mapping: Mapping, { kafka, subnets }: Parameters): void {
  const login = { Type: 'SASL_SCRAM_512_AUTH', URI: kafka.secret };
  const group = { ConsumerGroupId: mapping.consumerGroupId };
  Object.assign(resource.Properties, {
    // Whole seconds.
    MaximumBatchingWindowInSeconds: Math.floor(mapping.maximumBatchingWindow),
    MaximumRetryAttempts: mapping.maximumRetryAttempts,
    BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
    ...(mapping.reportBatchItemFailures && { FunctionResponseTypes: ['ReportBatchItemFailures'] }),
    // In one group triggers share what is paid for.
    ProvisionedPollerConfig: {
      MinimumPollers: kafka.pollers.minimum,
      MaximumPollers: kafka.pollers.maximum,
      PollerGroupName: 'despacho',
    },
    MetricsConfig: { Metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
    EventSourceArn: ifMsk({ Ref: 'KafkaCluster' }, nothing),
    AmazonManagedKafkaEventSourceConfig: ifMsk(group, nothing),
    SelfManagedEventSource: ifMsk(nothing, { Endpoints: { KafkaBootstrapServers: kafka.brokers.split(',') } }),
    SelfManagedKafkaEventSourceConfig: ifMsk(nothing, group),
    SourceAccessConfigurations: ifMsk(
      [login],
      [
        login,
        ...subnets.map((subnet) => ({ Type: 'VPC_SUBNET', URI: `subnet:${subnet}` })),
        { Type: 'VPC_SECURITY_GROUP', URI: { 'Fn::Join': ['', ['security_group:', systemGroup]] } },
      ],
    ),
  });
}

type Container = { Environment?: object[]; Secrets?: object[] };

/** The tasks reach the same engines as the functions. Containers that get secrets of their own do something else. */
function completeTask({ Properties }: Resource, parameters: Parameters): void {
  const pair = ([Name, Value]: [string, string]) => ({ Name, Value });
  const engines = Object.entries(secretsOf(parameters)).map(([Name, [arn, key]]) => ({
    Name,
    ValueFrom: `${arn}:${key}::`,
  }));
  for (const container of Properties.ContainerDefinitions as Container[]) {
    if (container.Secrets) continue;
    const brokers = pair(['KAFKA_BROKERS', parameters.kafka.brokers]);
    const settings = Object.entries(settingsOf(parameters)).map(pair);
    container.Environment = [...(container.Environment ?? []), brokers, ...settings];
    container.Secrets = engines;
  }
}

/** When serverless has made its template and put our resources in: completes the triggers and tasks, and adds their alarms. */
export function complete(resources: Resources, { mappings }: Plan, parameters: Parameters): void {
  for (const [id, resource] of Object.entries(resources)) {
    if (resource.Type === 'AWS::ECS::TaskDefinition') completeTask(resource, parameters);
    if (resource.Type !== 'AWS::Lambda::EventSourceMapping') continue;
    const mapping = mappings.find(({ topic }) => (resource.Properties.Topics as string[]).includes(topic));
    if (!mapping) throw new Error(`${id} reads a topic that no function of serverless.yml names`);
    completeMapping(resource, mapping, parameters);
  }
  Object.assign(resources, alarmsOf(resources));
}
