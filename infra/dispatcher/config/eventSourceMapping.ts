import { Mistake, messageOf } from '../../faults.ts';
import type { Ordering } from '../deliver/lanes.ts';
import { secretsOf } from './access.ts';
import { compileFilters } from './filter.ts';
import type { Extra, Trigger } from './schema.ts';
import type { SchemaRegistryConfig } from './schemaRegistry.ts';
import type { Service } from './service.ts';
import type { Told } from './triggers.ts';

/** Where a group without commits begins, in AWS's words; a timestamp is in ms since 1970. */
type StartingPosition = { at: 'TRIM_HORIZON' | 'LATEST' } | { at: 'AT_TIMESTAMP'; timestamp: number };

/** Where records go that are given up. An intrinsic function names something that only a deployment knows. */
export type Destination =
  | { kind: 'kafka'; topic: string }
  | { kind: 'sqs' | 'sns' | 's3'; arn: string }
  | { kind: 'intrinsic'; text: string };

/** One topic that triggers one function: AWS's event source mapping, with every setting resolved. */
export type Mapping = Readonly<{
  /** `<function>:<topic>`, for people; a function's second mapping on a topic has `:2` behind it. */
  id: string;
  functionName: string;
  topic: string;
  enabled: boolean;
  eventSource: 'SelfManagedKafka' | 'aws:kafka';
  eventSourceArn?: string;
  /** As the event names them; what is connected to are the dispatcher's own `brokers`. */
  bootstrapServers: readonly string[];
  /** Names of the secrets by which AWS would enter the cluster and the schema registry. */
  secrets: readonly string[];
  consumerGroupId: string;
  startingPosition: StartingPosition;
  batchSize: number;
  /** Seconds. */
  maximumBatchingWindow: number;
  filterPatterns: readonly unknown[];
  schemaRegistry?: SchemaRegistryConfig;
  onFailure?: Destination;
  /** `aws`: the document that AWS writes; `raw`: the record as it came, with `dead.*` headers (Kafka topics only). */
  onFailureFormat: 'aws' | 'raw';
  /** −1: for ever. */
  maximumRetryAttempts: number;
  /** −1: for ever. */
  maximumRecordAgeInSeconds: number;
  bisectBatchOnFunctionError: boolean;
  reportBatchItemFailures: boolean;
  /** Whether the deployed mapping has the same retries, record age, bisecting and partial answers. */
  retriesAreTold: boolean;
  /** What a partial answer has tried again: the named records, or all from the first of them on that follow it. */
  partialRetry: 'named' | 'fromLowest';
  ordering: Ordering;
  /** How many invocations may be in flight. */
  concurrency: number;
  /** Provisioned mode: AWS runs event pollers of its own for the mapping. */
  provisioned: boolean;
  /** How many consumers of the group this process runs. */
  pollers: number;
}>;

const retryKeys = [
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'bisectBatchOnFunctionError',
  'functionResponseType',
] as const;

/** AWS lets a provisioned event poller have so many invocations in flight. */
export const provisionedConcurrency = 5;

/**
 * @param extra with what the dispatcher alone is told
 * @param now milliseconds since 1970
 * @param sibling how many mappings of this function on this topic there are before this one
 * @throws Error that names the key at fault
 */
export function mappingOf(
  { service, provider }: Service,
  { functionName, trigger, where: at, extra: told }: Told & { functionName: string },
  extra: Extra,
  { now, sibling }: { now: number; sibling: number },
): Mapping {
  const { topic, provisionedPollerConfig: pollers } = trigger;
  const onFailure = destinationOf(trigger, extra, at);
  const schemaRegistry = extra.schemaRegistryConfig ?? trigger.schemaRegistryConfig;
  inPlace(at, () => compileFilters(trigger.filterPatterns));
  const parts = [service, provider?.stage, functionName, topic, ...(sibling ? [sibling + 1] : [])];
  return Object.freeze({
    id: `${functionName}:${topic}${sibling ? `:${sibling + 1}` : ''}`,
    functionName,
    topic,
    enabled: trigger.enabled,
    ...('arn' in trigger
      ? { eventSource: 'aws:kafka', eventSourceArn: arnText(trigger.arn), bootstrapServers: [] }
      : { eventSource: 'SelfManagedKafka', bootstrapServers: trigger.bootstrapServers }),
    secrets: [
      ...secretsOf(trigger.accessConfigurations),
      ...(schemaRegistry?.AccessConfigs ?? []).map(({ URI }) => URI),
    ],
    consumerGroupId: trigger.consumerGroupId ?? parts.filter(Boolean).join('-'),
    startingPosition: startOf(trigger, at, now),
    batchSize: trigger.batchSize,
    maximumBatchingWindow: trigger.maximumBatchingWindow,
    filterPatterns: trigger.filterPatterns,
    ...(schemaRegistry ? { schemaRegistry } : {}),
    ...(onFailure ? { onFailure } : {}),
    onFailureFormat: extra.onFailureFormat ?? 'aws',
    ...retriesOf(extra, told, onFailure !== undefined),
    ordering: extra.ordering ?? 'partition',
    concurrency: extra.concurrency ?? (pollers ? provisionedConcurrency : 1),
    provisioned: pollers !== undefined,
    pollers: pollers?.minimumPollers ?? 1,
  });
}

function retriesOf(extra: Extra, told: Extra, hasDestination: boolean) {
  const attempts = extra.maximumRetryAttempts ?? -1;
  return {
    // With a destination AWS makes ten of endless retries: else nothing would ever get there.
    maximumRetryAttempts: hasDestination && attempts === -1 ? 10 : attempts,
    maximumRecordAgeInSeconds: extra.maximumRecordAgeInSeconds ?? -1,
    bisectBatchOnFunctionError: extra.bisectBatchOnFunctionError ?? false,
    retriesAreTold: retryKeys.every((key) => extra[key] === told[key]),
    reportBatchItemFailures: extra.functionResponseType === 'ReportBatchItemFailures',
    partialRetry: extra.partialRetry ?? 'named',
  } as const;
}

/** Puts the place of the event before what is wrong there. */
function inPlace(at: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Mistake('service', `the dispatcher cannot use this: ${at}.${messageOf(error)}`);
  }
}

function startOf(trigger: Trigger, at: string, now: number): StartingPosition {
  const { startingPosition, startingPositionTimestamp: seconds } = trigger;
  if (startingPosition !== 'AT_TIMESTAMP') return { at: startingPosition };
  if (seconds === undefined) {
    throw new Mistake(
      'service',
      `${at}: startingPosition AT_TIMESTAMP needs startingPositionTimestamp (seconds since 1970)`,
    );
  }
  const timestamp = Math.round(seconds * 1000);
  if (timestamp <= now) return { at: 'AT_TIMESTAMP', timestamp };
  throw new Mistake(
    'service',
    `${at}.startingPositionTimestamp: lies in the future; it counts seconds since 1970, not milliseconds`,
  );
}

function destinationOf(trigger: Trigger, extra: Extra, at: string): Destination | undefined {
  const named = extra.onFailureDestination ?? trigger.onFailureDestination;
  if (!named) return undefined;
  if (typeof named !== 'string') return { kind: 'intrinsic', text: JSON.stringify(named) };
  const [, , kind] = named.split(':');
  if (kind === 'sqs' || kind === 'sns' || kind === 's3') return { kind, arn: named };
  const topic = named.slice('kafka://'.length);
  if (topic !== trigger.topic) return { kind: 'kafka', topic };
  throw new Mistake(
    'service',
    `${at}.onFailureDestination: is the topic that is read, so a bad record would go round for ever`,
  );
}

/** An ARN may be a CloudFormation intrinsic, which nothing resolves offline. */
const arnText = (arn: unknown): string =>
  typeof arn === 'string'
    ? arn
    : 'arn:aws:kafka:us-east-1:000000000000:cluster/offline/00000000-0000-0000-0000-000000000000-1';
