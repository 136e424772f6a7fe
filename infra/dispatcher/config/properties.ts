/**
 * An event source mapping in AWS's own words: the properties that CloudFormation knows, which the Lambda API also answers, and the
 * `MSK` and `SelfManagedKafka` events of SAM.
 */

import { z } from 'zod';
import { readJson } from '../../json.ts';
import { namesOf } from '../../namesOf.ts';
import { accessSchema } from './access.ts';
import { type Extra, extraSchema, settings, type Trigger } from './schema.ts';

/** What was said of a trigger, and of what the `kafka` event of serverless has no word for. Nothing has a default. */
export type Said = Readonly<{ trigger: Partial<Trigger>; extra: Extra }>;

/** Means nothing offline. */
const ignored = z.unknown().optional();

const accessKeys = {
  BASIC_AUTH: 'saslPlainAuth',
  SASL_SCRAM_256_AUTH: 'saslScram256Auth',
  SASL_SCRAM_512_AUTH: 'saslScram512Auth',
  OAUTHBEARER_AUTH: 'saslOauthbearerAuth',
  CLIENT_CERTIFICATE_TLS_AUTH: 'clientCertificateTlsAuth',
  SERVER_ROOT_CA_CERTIFICATE: 'serverRootCaCertificate',
  VPC_SUBNET: 'vpcSubnet',
  VPC_SECURITY_GROUP: 'vpcSecurityGroup',
} as const;

/** A secret whose name only a deployment knows is a placeholder like any other. */
const secretName = z.unknown().transform((uri) => (typeof uri === 'string' ? uri : JSON.stringify(uri)));

const access = z
  .array(z.strictObject({ Type: z.enum(namesOf(accessKeys)), URI: secretName }))
  .transform((all) => accessSchema.parse(Object.fromEntries(all.map(({ Type, URI }) => [accessKeys[Type], URI]))));

const filter = z.strictObject({
  Pattern: z.string().transform((text, context) => {
    const json = readJson(text);
    if (json === undefined) context.addIssue('is no JSON');
    return json;
  }),
});

const firstSmall = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

const pollers = z
  .record(z.string(), z.unknown())
  .transform((all): object => Object.fromEntries(Object.entries(all).map(([key, value]) => [firstSmall(key), value])))
  .pipe(settings.provisionedPollerConfig);

const onFailure = z.strictObject({ Destination: settings.onFailureDestination, Type: ignored });

const common = {
  Topics: z.array(settings.topic).length(1, 'names one topic'),
  BatchSize: settings.batchSize.optional(),
  MaximumBatchingWindowInSeconds: settings.maximumBatchingWindow.optional(),
  Enabled: settings.enabled.optional(),
  StartingPosition: settings.startingPosition,
  StartingPositionTimestamp: settings.startingPositionTimestamp.optional(),
  SourceAccessConfigurations: access.optional(),
  FilterCriteria: z
    .strictObject({ Filters: z.array(filter).default([]) })
    .transform(({ Filters }) => Filters.map(({ Pattern }) => Pattern))
    .pipe(settings.filterPatterns)
    .optional(),
  DestinationConfig: z
    .strictObject({ OnFailure: onFailure.optional(), OnSuccess: z.strictObject({}).optional() })
    .optional(),
  ProvisionedPollerConfig: pollers.optional(),
  MaximumRetryAttempts: extraSchema.shape.maximumRetryAttempts,
  MaximumRecordAgeInSeconds: extraSchema.shape.maximumRecordAgeInSeconds,
  BisectBatchOnFunctionError: extraSchema.shape.bisectBatchOnFunctionError,
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).optional(),
  KmsKeyArn: ignored,
  LoggingConfig: ignored,
  MetricsConfig: ignored,
};
type Common = AnyOf<typeof common>;
type AnyOf<Shape extends Readonly<Record<string, z.ZodType>>> = {
  [Key in keyof Shape]?: z.output<Shape[Key]> | undefined;
};

const group = z
  .strictObject({ ConsumerGroupId: settings.consumerGroupId, SchemaRegistryConfig: settings.schemaRegistryConfig })
  .partial();
const brokers = z.object({ KafkaBootstrapServers: settings.bootstrapServers }).strict();

/** The properties of AWS::Lambda::EventSourceMapping. */
const cloudFormation = z.strictObject({
  ...common,
  FunctionName: ignored,
  EventSourceArn: ignored,
  SelfManagedEventSource: z.strictObject({ Endpoints: brokers }).optional(),
  AmazonManagedKafkaEventSourceConfig: group.optional(),
  SelfManagedKafkaEventSourceConfig: group.optional(),
  KMSKeyArn: ignored,
  Tags: ignored,
});

/** What CloudFormation and the Lambda API can say of a mapping of Kafka. */
export const mappingKeys: ReadonlySet<string> = new Set(Object.keys(cloudFormation.shape));

/** What the source of a mapping is, and in which group it is read. */
type Source = { arn?: unknown; servers?: string[] | undefined; group?: z.output<typeof group> | undefined };

function said(of: Common, { arn, servers, group }: Source): Said {
  const trigger = {
    arn,
    bootstrapServers: servers,
    topic: of.Topics?.[0],
    batchSize: of.BatchSize,
    maximumBatchingWindow: of.MaximumBatchingWindowInSeconds,
    enabled: of.Enabled,
    startingPosition: of.StartingPosition,
    startingPositionTimestamp: of.StartingPositionTimestamp,
    consumerGroupId: group?.ConsumerGroupId,
    schemaRegistryConfig: group?.SchemaRegistryConfig,
    accessConfigurations: of.SourceAccessConfigurations,
    filterPatterns: of.FilterCriteria,
    onFailureDestination: of.DestinationConfig?.OnFailure?.Destination,
    provisionedPollerConfig: of.ProvisionedPollerConfig,
  };
  const extra = {
    maximumRetryAttempts: of.MaximumRetryAttempts,
    maximumRecordAgeInSeconds: of.MaximumRecordAgeInSeconds,
    bisectBatchOnFunctionError: of.BisectBatchOnFunctionError,
    functionResponseType: of.FunctionResponseTypes?.[0],
  };
  return { trigger: given(trigger) as Partial<Trigger>, extra: given(extra) };
}

const given = <T extends object>(all: T): Partial<T> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>;

const cloudFormationSaid = (of: AnyOf<typeof cloudFormation.shape>): Said =>
  said(of, {
    arn: of.EventSourceArn,
    servers: of.SelfManagedEventSource?.Endpoints.KafkaBootstrapServers,
    group: of.AmazonManagedKafkaEventSourceConfig ?? of.SelfManagedKafkaEventSourceConfig,
  });

const oneSource = (of: { EventSourceArn?: unknown; SelfManagedEventSource?: unknown }): boolean =>
  (of.EventSourceArn === undefined) !== (of.SelfManagedEventSource === undefined);

const sam = {
  ...common,
  ConsumerGroupId: settings.consumerGroupId.optional(),
  SchemaRegistryConfig: settings.schemaRegistryConfig.optional(),
};

/** By how it is written. Each gives what was said; a key that it does not know is a mistake. */
export const properties = {
  mapping: cloudFormation
    .refine(oneSource, 'has either EventSourceArn or SelfManagedEventSource')
    .transform(cloudFormationSaid),
  /** `resources.extensions` of serverless: whatever it says is said of the mapping that serverless makes. */
  extension: cloudFormation.partial().transform(cloudFormationSaid),
  MSK: z.strictObject({ ...sam, Stream: z.unknown() }).transform((of): Said => said(of, { arn: of.Stream, group: of })),
  SelfManagedKafka: z
    .strictObject({
      ...sam,
      KafkaBootstrapServers: settings.bootstrapServers,
      ConsumptionMode: settings.consumptionMode,
    })
    .transform((of): Said => said(of, { servers: of.KafkaBootstrapServers, group: of })),
};

/** Whether a mapping's source is Kafka, and no queue, stream or change log. */
export const readsKafka = (of: Readonly<Record<string, unknown>>): boolean =>
  of.Topics !== undefined ||
  of.SelfManagedEventSource !== undefined ||
  /:kafka:/.test(JSON.stringify(of.EventSourceArn ?? ''));
