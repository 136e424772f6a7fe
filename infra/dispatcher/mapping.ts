/** Turns the functions of a serverless service into what the dispatcher runs, and checks every key on the way. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { FunctionSpec } from './invocation.ts';
import type { Ordering } from './lanes.ts';

export type StartingPosition = { at: 'TRIM_HORIZON' | 'LATEST' } | { at: 'AT_TIMESTAMP'; timestamp: number };

/** One topic that triggers one function: AWS's event source mapping, with every setting resolved. */
export type Mapping = Readonly<{
  /** `<function>:<topic>`, for people. */
  id: string;
  functionName: string;
  topic: string;
  enabled: boolean;
  eventSource: 'SelfManagedKafka' | 'aws:kafka';
  eventSourceArn?: string;
  /** As the event names them; what is connected to are the dispatcher's own `brokers`. */
  bootstrapServers: readonly string[];
  consumerGroupId: string;
  startingPosition: StartingPosition;
  batchSize: number;
  /** Seconds. */
  maximumBatchingWindow: number;
  filterPatterns: readonly unknown[];
  onFailureTopic?: string;
  /** −1: for ever. */
  maximumRetryAttempts: number;
  /** −1: for ever. */
  maximumRecordAgeInSeconds: number;
  bisectBatchOnFunctionError: boolean;
  reportBatchItemFailures: boolean;
  ordering: Ordering;
  /** How many invocations may be in flight. */
  concurrency: number;
  /** How many consumers of the group this process runs. */
  pollers: number;
}>;

export type Plan = {
  brokers: string[];
  clientId: string;
  functions: Record<string, FunctionSpec>;
  mappings: Mapping[];
};

/** The part of a serverless service that is read here. */
export type Service = {
  service?: string | undefined;
  provider?: { stage?: string; timeout?: number; memorySize?: number; environment?: Record<string, unknown> };
  functions?: Record<string, unknown>;
  custom?: Record<string, unknown>;
};

const retries = z.number().int().min(-1).max(10_000);
const age = z.union([z.literal(-1), z.number().int().min(60).max(604_800)]);
const kafkaDestination = z
  .string()
  .regex(/^kafka:\/\/[a-zA-Z0-9._-]{1,249}$/, 'is kafka://<topic>; other destinations cannot be reached offline');

/** What the `kafka` event has no word for. The names are those of the stream events of serverless. */
const extraSchema = z.strictObject({
  maximumRetryAttempts: retries.optional(),
  maximumRecordAgeInSeconds: age.optional(),
  bisectBatchOnFunctionError: z.boolean().optional(),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  onFailureDestination: kafkaDestination.optional(),
  ordering: z.enum(['partition', 'key', 'none']).optional(),
  concurrency: z.number().int().min(1).max(1000).optional(),
  concurrencyPerWorker: z.number().int().min(1).max(1000).optional(),
});
type Extra = z.infer<typeof extraSchema>;

const list = z.union([
  z.array(z.string().min(1)).min(1),
  z
    .string()
    .min(1)
    .transform((text) => text.split(',')),
]);

const customSchema = z
  .strictObject({
    brokers: list.optional(),
    clientId: z.string().min(1).optional(),
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
const kafkaSchema = z.object({ ...sharedEvent, bootstrapServers: z.array(z.string().min(1)).min(1) });
const mskSchema = z.object({ ...sharedEvent, arn: z.unknown() });
type KafkaTrigger = z.infer<typeof kafkaSchema>;
type MskTrigger = z.infer<typeof mskSchema>;

const functionSchema = z.object({
  name: z.string().optional(),
  handler: z.string().regex(/^.+\.[^./\\]+$/, 'is <path of the module>.<export>'),
  timeout: z.number().min(1).max(900).optional(),
  memorySize: z.number().int().min(128).max(10_240).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  events: z.array(z.looseObject({ kafka: z.unknown().optional(), msk: z.unknown().optional() })).default([]),
});

/** @throws Error that names each key at fault */
function read<T>(schema: z.ZodType<T>, value: unknown, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${[at, ...issue.path].join('.')}: ${issue.message}`);
  throw new Error(`serverless.yml cannot be used by the dispatcher: ${faults.join('; ')}`);
}

/**
 * Resolves a service.
 * @param directory where the handlers' paths start: the service's own folder, or where a bundler put the built code
 * @throws Error that names the key of serverless.yml at fault, or the missing module
 */
export function planOf(service: Service, directory: string): Plan {
  const custom = read(customSchema, service.custom?.dispatcher, 'custom.dispatcher');
  const functions: Record<string, FunctionSpec> = {};
  const mappings: Mapping[] = [];
  for (const [name, definition] of Object.entries(service.functions ?? {})) {
    const at = `functions.${name}`;
    const { events, ...rest } = read(functionSchema, definition, at);
    const extra: Extra = { ...custom.defaults, ...custom.functions?.[name] };
    for (const [index, event] of events.entries()) {
      const where = `${at}.events.${index}`;
      const trigger = triggerOf(event, where);
      if (trigger) mappings.push(mappingOf(service, name, trigger, extra, where));
    }
    if (mappings.some(({ functionName }) => functionName === name)) {
      functions[name] = specOf(service, name, rest, extra, directory);
    }
  }
  for (const name of Object.keys(custom.functions ?? {})) {
    if (!functions[name])
      throw new Error(`custom.dispatcher.functions.${name}: no function of that name has a kafka event`);
  }
  const clientId = custom.clientId ?? service.service ?? 'dispatcher';
  return { brokers: custom.brokers ?? commonBrokers(mappings), clientId, functions, mappings };
}

function triggerOf(
  { kafka, msk }: { kafka?: unknown; msk?: unknown },
  at: string,
): KafkaTrigger | MskTrigger | undefined {
  if (kafka !== undefined) return read(kafkaSchema, kafka, `${at}.kafka`);
  return msk === undefined ? undefined : read(mskSchema, msk, `${at}.msk`);
}

function mappingOf(
  service: Service,
  name: string,
  trigger: KafkaTrigger | MskTrigger,
  extra: Extra,
  at: string,
): Mapping {
  const { topic, provisionedPollerConfig: pollers } = trigger;
  const onFailureTopic = destinationTopic(trigger, extra, at);
  const retriesForEver = extra.maximumRetryAttempts ?? -1;
  return Object.freeze({
    id: `${name}:${topic}`,
    functionName: name,
    topic,
    enabled: trigger.enabled,
    ...('arn' in trigger
      ? { eventSource: 'aws:kafka', eventSourceArn: arnText(trigger.arn), bootstrapServers: [] }
      : { eventSource: 'SelfManagedKafka', bootstrapServers: trigger.bootstrapServers }),
    consumerGroupId:
      trigger.consumerGroupId ?? [service.service, service.provider?.stage, name, topic].filter(Boolean).join('-'),
    startingPosition: startOf(trigger, at),
    batchSize: trigger.batchSize,
    maximumBatchingWindow: trigger.maximumBatchingWindow,
    filterPatterns: trigger.filterPatterns,
    ...(onFailureTopic ? { onFailureTopic } : {}),
    // With a destination AWS makes ten of endless retries: else nothing would ever get there.
    maximumRetryAttempts: onFailureTopic && retriesForEver === -1 ? 10 : retriesForEver,
    maximumRecordAgeInSeconds: extra.maximumRecordAgeInSeconds ?? -1,
    bisectBatchOnFunctionError: extra.bisectBatchOnFunctionError ?? false,
    reportBatchItemFailures: extra.functionResponseType === 'ReportBatchItemFailures',
    ordering: extra.ordering ?? 'partition',
    concurrency: extra.concurrency ?? 1,
    pollers: pollers?.minimumPollers ?? 1,
  });
}

function startOf(
  { startingPosition, startingPositionTimestamp }: KafkaTrigger | MskTrigger,
  at: string,
): StartingPosition {
  if (startingPosition !== 'AT_TIMESTAMP') return { at: startingPosition };
  if (startingPositionTimestamp !== undefined) {
    return { at: 'AT_TIMESTAMP', timestamp: Math.round(startingPositionTimestamp * 1000) };
  }
  throw new Error(`${at}: startingPosition AT_TIMESTAMP needs startingPositionTimestamp (seconds since 1970)`);
}

function destinationTopic(trigger: KafkaTrigger | MskTrigger, extra: Extra, at: string): string | undefined {
  const destination = extra.onFailureDestination ?? trigger.onFailureDestination;
  if (!destination) return undefined;
  const topic = read(kafkaDestination, destination, `${at}.onFailureDestination`).slice('kafka://'.length);
  if (topic !== trigger.topic) return topic;
  throw new Error(`${at}.onFailureDestination: is the topic that is read, so a bad record would go round for ever`);
}

/** An ARN may be a CloudFormation intrinsic, which nothing resolves offline. */
const arnText = (arn: unknown): string =>
  typeof arn === 'string'
    ? arn
    : 'arn:aws:kafka:us-east-1:000000000000:cluster/offline/00000000-0000-0000-0000-000000000000-1';

function specOf(
  service: Service,
  name: string,
  definition: Omit<z.infer<typeof functionSchema>, 'events'>,
  extra: Extra,
  directory: string,
): FunctionSpec {
  const dot = definition.handler.lastIndexOf('.');
  const provider = service.provider ?? {};
  return {
    name: definition.name ?? name,
    file: moduleFile(directory, definition.handler.slice(0, dot), `functions.${name}.handler`),
    handler: definition.handler.slice(dot + 1),
    timeoutSeconds: definition.timeout ?? provider.timeout ?? 6,
    memoryMegabytes: definition.memorySize ?? provider.memorySize ?? 1024,
    environment: plainValues({ ...provider.environment, ...definition.environment }),
    ...(extra.concurrencyPerWorker ? { concurrencyPerWorker: extra.concurrencyPerWorker } : {}),
  };
}

const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

function moduleFile(directory: string, path: string, at: string): string {
  const base = resolve(join(directory, path));
  const file = extensions.map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (file) return file;
  throw new Error(`${at}: there is no module ${base}{${extensions.join(',')}}`);
}

/** Intrinsic functions such as Ref have no value offline, so the variable is left out, not set to nonsense. */
function plainValues(environment: Record<string, unknown>): Record<string, string> {
  const plain = Object.entries(environment).filter(([, value]) => value !== null && typeof value !== 'object');
  return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
}

function commonBrokers(mappings: readonly Mapping[]): string[] {
  const lists = new Set(mappings.map(({ bootstrapServers }) => bootstrapServers.join(',')).filter(Boolean));
  const [only] = lists;
  if (lists.size === 1 && only) return only.split(',');
  if (mappings.length === 0) return [];
  throw new Error(
    lists.size === 0
      ? 'custom.dispatcher.brokers: is needed where no event names bootstrapServers'
      : `custom.dispatcher.brokers: is needed where events name different bootstrapServers (${[...lists].join(' and ')})`,
  );
}
