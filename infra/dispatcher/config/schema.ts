/** What serverless.yml may say about triggers: the `kafka` and `msk` events, and `custom.dispatcher`. */
import { z } from 'zod';
import { Mistake } from '../../faults.ts';
import { accessSchema, secretsOf } from './access.ts';
import { schemaRegistrySchema } from './schemaRegistry.ts';
import { secretsSchema } from './secrets.ts';

/** `${env:NAME}` gives texts: what reads as a number or as true and false is one. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.trim() === '') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return Number.isFinite(Number(value)) ? Number(value) : value;
};
const number = <T extends z.ZodType>(schema: T) => z.preprocess(fromText, schema);
const whole = (least: number, most: number) => number(z.number().int().min(least).max(most));
const truth = z.preprocess(fromText, z.boolean());

const age = number(
  z
    .number()
    .int()
    .refine(
      (seconds) => seconds === -1 || (seconds >= 60 && seconds <= 604_800),
      'is −1 (for ever) or 60 to 604,800 s',
    ),
);
const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((texts) => texts.map((text) => text.trim()).filter((text) => text !== ''))
  .refine((texts) => texts.length > 0, 'names no broker: is host:port, several with commas between or as a list');

/** A Kafka topic, or AWS's queue, topic or bucket, which may be an intrinsic function that nothing resolves offline. */
const destination = z.union([
  z
    .string()
    .regex(
      /^(kafka:\/\/[a-zA-Z0-9._-]{1,249}|arn:aws[a-zA-Z-]*:(sqs|sns|s3):.+)$/,
      'is kafka://<topic>, or the ARN of an SQS queue, an SNS topic or an S3 bucket',
    ),
  z.record(z.string(), z.unknown()),
]);

/** What the `kafka` event has no word for. The names are those of the stream events of serverless. */
export const extraSchema = z.strictObject({
  maximumRetryAttempts: whole(-1, 10_000).optional(),
  maximumRecordAgeInSeconds: age.optional(),
  bisectBatchOnFunctionError: truth.optional(),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  onFailureDestination: destination.optional(),
  onFailureFormat: z.enum(['aws', 'raw']).optional(),
  partialRetry: z.enum(['named', 'fromLowest']).optional(),
  clientContext: truth.optional(),
  ordering: z.enum(['partition', 'key', 'none']).optional(),
  concurrency: whole(1, 1000).optional(),
  concurrencyPerWorker: whole(1, 1000).optional(),
  worker: z.string().min(1).max(100).optional(),
  schemaRegistryConfig: schemaRegistrySchema.optional(),
});
/** Texts such as `${env:NAME}` gives have become numbers, true and false. A record age of −1 s is for ever. */
export type Extra = z.infer<typeof extraSchema>;

/** Unlike AWS's own endpoints, those on this machine may do without TLS. */
export const httpUrl = z.url({ protocol: /^https?$/ });

/** `custom.dispatcher`, which may be missing. A key that it does not know is a mistake, and not passed over. */
export const customSchema = z
  .strictObject({
    brokers: list.optional(),
    clientId: z.string().min(1).optional(),
    endpoint: httpUrl.optional(),
    accessConfigurations: accessSchema.optional(),
    secrets: secretsSchema,
    tls: truth.optional(),
    iam: truth.optional(),
    destinations: z.strictObject({ sqs: httpUrl, sns: httpUrl, s3: httpUrl }).partial().default({}),
    defaults: extraSchema.optional(),
    functions: z.record(z.string(), extraSchema).optional(),
  })
  .refine(({ accessConfigurations: by = {}, secrets }) => secretsOf(by).every((name) => name in secrets), {
    path: ['accessConfigurations'],
    error: 'names a secret that custom.dispatcher.secrets does not: it is no placeholder here',
  })
  .prefault({});

/** The dispatcher's own settings, whatever they are read from. */
export type Settings = z.infer<typeof customSchema>;

/** Consumers of the group: at least, and at most. */
const pollers = z
  .strictObject({
    minimumPollers: whole(1, 200).optional(),
    maximumPollers: whole(1, 2000).optional(),
    pollerGroupName: z.string().optional(),
  })
  .refine(
    ({ minimumPollers = 1, maximumPollers = 200 }) => minimumPollers <= maximumPollers,
    'minimumPollers is more than maximumPollers',
  );

/** AWS has it, and it would change what a function gets: better no start than a start without it. */
const notHere = (what: string) => z.undefined(`is not done here: ${what}`).optional();

/** What each setting of a mapping may be, by serverless' names and whoever else names it. */
export const settings = {
  topic: z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'is the name of a Kafka topic'),
  bootstrapServers: list,
  batchSize: whole(1, 10_000),
  maximumBatchingWindow: number(z.number().min(0).max(300)),
  enabled: truth,
  startingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']),
  /** Seconds since 1970, as in CloudFormation. */
  startingPositionTimestamp: number(z.number().nonnegative()),
  consumerGroupId: z.string().regex(/^[a-zA-Z0-9\-/*:_+=.@]{1,200}$/, 'is 1 to 200 of a-z A-Z 0-9 - / * : _ + = . @'),
  filterPatterns: z.array(z.record(z.string(), z.unknown())).max(10),
  onFailureDestination: destination,
  provisionedPollerConfig: pollers,
  schemaRegistryConfig: schemaRegistrySchema,
  consumptionMode: notHere('share groups (Queue mode) need another Kafka client; leave it out for a consumer group'),
};

const sharedEvent = {
  topic: settings.topic,
  batchSize: settings.batchSize.default(100),
  maximumBatchingWindow: settings.maximumBatchingWindow.default(0.5),
  enabled: truth.default(true),
  startingPosition: settings.startingPosition.default('TRIM_HORIZON'),
  startingPositionTimestamp: settings.startingPositionTimestamp.optional(),
  consumerGroupId: settings.consumerGroupId.optional(),
  filterPatterns: settings.filterPatterns.default([]),
  onFailureDestination: destination.optional(),
  provisionedPollerConfig: pollers.optional(),
  schemaRegistryConfig: settings.schemaRegistryConfig.optional(),
  consumptionMode: settings.consumptionMode,
};
/** The `kafka` event of serverless, with AWS's limits; `maximumBatchingWindow` is in seconds. */
export const kafkaSchema = z.strictObject({
  ...sharedEvent,
  bootstrapServers: list,
  accessConfigurations: accessSchema.default({}),
});
/** The `msk` event. Its one login, `saslScram512`, becomes the `saslScram512Auth` of a `kafka` event. */
export const mskSchema = z
  .strictObject({ ...sharedEvent, arn: z.unknown(), saslScram512: z.string().optional() })
  .transform(({ saslScram512, ...rest }) => ({
    ...rest,
    accessConfigurations: accessSchema.parse({ saslScram512Auth: saslScram512 }),
  }));
/** An event with its defaults: `bootstrapServers` is in a `kafka` event alone, `arn` in an `msk` event alone. */
export type Trigger = z.infer<typeof kafkaSchema> | z.infer<typeof mskSchema>;

/** `timeout` in seconds and `memorySize` in MB, within AWS's limits. Keys that it does not list are dropped. */
export const functionSchema = z.object({
  name: z.string().optional(),
  handler: z.string().optional(),
  /** The folder that the handler's path starts at, from the service's own on: SAM's CodeUri. */
  code: z.string().optional(),
  runtime: z.string().optional(),
  timeout: number(z.number().min(1).max(900)).optional(),
  provisionedConcurrency: whole(1, 100).optional(),
  memorySize: whole(128, 10_240).optional(),
  /** A value may be an intrinsic function, which nothing resolves offline. */
  environment: z.record(z.string(), z.unknown()).optional(),
});
/** What of a service is read without a schema of its own, where others make names of it. */
export const serviceSchema = z.object({
  service: z.string('is the name of the service').optional(),
  provider: z
    .object({
      stage: z.string('is the name of a stage').optional(),
      region: z.string('is the name of a region').optional(),
      environment: z.record(z.string(), z.unknown(), 'is a table of variables').optional(),
    })
    .optional(),
  custom: z.record(z.string(), z.unknown(), 'is a table').optional(),
  functions: z.record(z.string(), z.unknown(), 'is a table of functions').optional(),
});

/** @throws Error that names each key at fault */
export function read<T>(schema: z.ZodType<T>, value: unknown, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${[at, ...path].join('.')}: ${unresolvedAt(value, path) ?? message}`,
  );
  throw new Mistake('service', `the dispatcher cannot use this: ${faults.join('; ')}`);
}

/** What is said of an intrinsic function that stands where a value is needed. */
function unresolvedAt(value: unknown, path: readonly PropertyKey[]): string | undefined {
  const found = path.reduce<unknown>(
    (of, key) => (typeof of === 'object' && of !== null ? of[key as keyof typeof of] : undefined),
    value,
  );
  const [key, ...others] = typeof found === 'object' && found !== null ? Object.keys(found) : [];
  if (others.length > 0 || !/^(Ref$|Fn::)/.test(key ?? '')) return undefined;
  return `is ${JSON.stringify(found)}, which only a deployment knows; a parameter gets a value by its Default, or by --parameters`;
}
