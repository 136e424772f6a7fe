/** What serverless.yml may say about triggers: the `kafka` and `msk` events, and `custom.dispatcher`. */
import { z } from 'zod';

const retries = z.number().int().min(-1).max(10_000);
const age = z.union([z.literal(-1), z.number().int().min(60).max(604_800)]);
export const kafkaDestination = z
  .string()
  .regex(/^kafka:\/\/[a-zA-Z0-9._-]{1,249}$/, 'is kafka://<topic>; other destinations cannot be reached offline');

/** What the `kafka` event has no word for. The names are those of the stream events of serverless. */
export const extraSchema = z.strictObject({
  maximumRetryAttempts: retries.optional(),
  maximumRecordAgeInSeconds: age.optional(),
  bisectBatchOnFunctionError: z.boolean().optional(),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  onFailureDestination: kafkaDestination.optional(),
  ordering: z.enum(['partition', 'key', 'none']).optional(),
  concurrency: z.number().int().min(1).max(1000).optional(),
  concurrencyPerWorker: z.number().int().min(1).max(1000).optional(),
  worker: z.string().min(1).max(100).optional(),
});
export type Extra = z.infer<typeof extraSchema>;

const list = z.union([
  z.array(z.string().min(1)).min(1),
  z
    .string()
    .min(1)
    .transform((text) => text.split(',')),
]);

export const customSchema = z
  .strictObject({
    brokers: list.optional(),
    clientId: z.string().min(1).optional(),
    endpoint: z.url({ protocol: /^https?$/ }).optional(),
    defaults: extraSchema.optional(),
    functions: z.record(z.string(), extraSchema).optional(),
  })
  .prefault({});

const sharedEvent = {
  topic: z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'is the name of a Kafka topic'),
  batchSize: z.number().int().min(1).max(10_000).default(100),
  maximumBatchingWindow: z.number().min(0).max(300).default(0.5),
  enabled: z.boolean().default(true),
  startingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).default('TRIM_HORIZON'),
  /** Seconds since 1970, as in CloudFormation. */
  startingPositionTimestamp: z.number().nonnegative().optional(),
  consumerGroupId: z.string().min(1).max(200).optional(),
  filterPatterns: z.array(z.record(z.string(), z.unknown())).max(10).default([]),
  onFailureDestination: z.string().min(1).optional(),
  provisionedPollerConfig: z
    .object({
      minimumPollers: z.number().int().min(1).max(200).optional(),
      maximumPollers: z.number().int().min(1).max(2000).optional(),
    })
    .optional(),
};
export const kafkaSchema = z.object({ ...sharedEvent, bootstrapServers: z.array(z.string().min(1)).min(1) });
export const mskSchema = z.object({ ...sharedEvent, arn: z.unknown() });
export type Trigger = z.infer<typeof kafkaSchema> | z.infer<typeof mskSchema>;

export const functionSchema = z.object({
  name: z.string().optional(),
  handler: z.string().regex(/^.+\.[^./\\]+$/, 'is <path of the module>.<export>'),
  timeout: z.number().min(1).max(900).optional(),
  provisionedConcurrency: z.number().int().min(1).max(100).optional(),
  memorySize: z.number().int().min(128).max(10_240).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  events: z.array(z.looseObject({ kafka: z.unknown().optional(), msk: z.unknown().optional() })).default([]),
});

export type Definition = z.infer<typeof functionSchema>;

/** @throws Error that names each key at fault */
export function read<T>(schema: z.ZodType<T>, value: unknown, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${[at, ...issue.path].join('.')}: ${issue.message}`);
  throw new Error(`serverless.yml cannot be used by the dispatcher: ${faults.join('; ')}`);
}
