/** Turns the functions of a serverless service into what the dispatcher runs, and checks every key on the way. */

import type { Ordering } from '../deliver/lanes.ts';
import type { FunctionSpec } from '../invoke/invocation.ts';
import { compileFilters } from './filter.ts';
import { checkSharing, specOf } from './functionSpec.ts';
import {
  customSchema,
  type Extra,
  functionSchema,
  kafkaDestination,
  kafkaSchema,
  mskSchema,
  read,
  type Trigger,
} from './schema.ts';
import type { Service } from './service.ts';

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
  /** Where the Invoke API of AWS Lambda is spoken; without it functions run in threads of this process. */
  endpoint?: string;
  functions: Record<string, FunctionSpec>;
  mappings: Mapping[];
};

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
  checkSharing(functions);
  const clientId = custom.clientId ?? service.service ?? 'dispatcher';
  const endpoint = custom.endpoint ? { endpoint: custom.endpoint } : {};
  return { brokers: custom.brokers ?? commonBrokers(mappings), clientId, ...endpoint, functions, mappings };
}

function triggerOf({ kafka, msk }: { kafka?: unknown; msk?: unknown }, at: string): Trigger | undefined {
  if (kafka !== undefined) return read(kafkaSchema, kafka, `${at}.kafka`);
  return msk === undefined ? undefined : read(mskSchema, msk, `${at}.msk`);
}

function mappingOf(service: Service, name: string, trigger: Trigger, extra: Extra, at: string): Mapping {
  const { topic, provisionedPollerConfig: pollers } = trigger;
  const onFailureTopic = destinationTopic(trigger, extra, at);
  inPlace(at, () => compileFilters(trigger.filterPatterns));
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

/** Puts the place in serverless.yml before what is wrong there. */
function inPlace(at: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`serverless.yml cannot be used by the dispatcher: ${at}.${(error as Error).message}`);
  }
}

function startOf({ startingPosition, startingPositionTimestamp }: Trigger, at: string): StartingPosition {
  if (startingPosition !== 'AT_TIMESTAMP') return { at: startingPosition };
  if (startingPositionTimestamp !== undefined) {
    return { at: 'AT_TIMESTAMP', timestamp: Math.round(startingPositionTimestamp * 1000) };
  }
  throw new Error(`${at}: startingPosition AT_TIMESTAMP needs startingPositionTimestamp (seconds since 1970)`);
}

function destinationTopic(trigger: Trigger, extra: Extra, at: string): string | undefined {
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
