/** Where AWS would refuse a mapping, or do otherwise with it. */

import { isJsonObject } from '../../json.ts';
import type { FunctionSpec } from '../invoke/invocation.ts';
import { type Mapping, provisionedConcurrency } from './eventSourceMapping.ts';
import type { Plan } from './mapping.ts';
import { nobody } from './template/resources.ts';

type Difference = readonly [
  applies: (mapping: Mapping, spec: FunctionSpec | undefined, plan: Plan) => boolean,
  sentence: string,
];

/** Seconds: AWS's most for a function that Kafka triggers. */
const longestTimeout = 840;

const retriesAreSet = ({ maximumRetryAttempts, maximumRecordAgeInSeconds, onFailure, ...more }: Mapping): boolean =>
  maximumRecordAgeInSeconds !== -1 ||
  more.bisectBatchOnFunctionError ||
  more.reportBatchItemFailures ||
  maximumRetryAttempts !== (onFailure ? 10 : -1);

const goesToFile = ({ onFailure }: Mapping, { destinations }: Plan): boolean =>
  onFailure !== undefined &&
  onFailure.kind !== 'kafka' &&
  (onFailure.kind === 'intrinsic' || destinations[onFailure.kind] === undefined);

const standsForAnother = ({ onFailure }: Mapping): boolean =>
  onFailure !== undefined && 'arn' in onFailure && onFailure.arn.includes(`:${nobody}:`);

const list: readonly Difference[] = [
  [
    ({ ordering }) => ordering !== 'partition',
    'works here only: AWS keeps the order of whole partitions, and runs one batch of a partition at a time',
  ],
  [
    ({ concurrency, provisioned }) => concurrency !== (provisioned ? provisionedConcurrency : 1),
    'concurrency is set under custom: AWS has one invocation in flight for each partition, and five for each provisioned poller',
  ],
  [
    (mapping) => retriesAreSet(mapping) && !mapping.retriesAreTold,
    'retries, record age, bisecting and partial answers come from custom.dispatcher: the deployed mapping knows nothing of them until CloudFormation is told too',
  ],
  [
    (mapping) => retriesAreSet(mapping) && !mapping.provisioned,
    'AWS wants provisionedPollerConfig for retries, record age, bisecting and partial answers',
  ],
  [
    ({ schemaRegistry, provisioned }) => schemaRegistry !== undefined && !provisioned,
    'AWS wants provisionedPollerConfig for a schema registry',
  ],
  [
    ({ schemaRegistry }) => schemaRegistry?.EventRecordFormat === 'JSON',
    "AWS does not say how it writes Avro and Protobuf as JSON: here unions are the value that is there, bytes are text, and Protobuf is Protobuf's own JSON",
  ],
  [
    ({ onFailure, provisioned }) => onFailure?.kind === 'kafka' && !provisioned,
    'AWS wants provisionedPollerConfig for a kafka:// destination',
  ],
  [
    ({ onFailure, onFailureFormat }) => onFailure?.kind === 'kafka' && onFailureFormat === 'raw',
    'a dead letter is the record as it came, with dead.* headers: AWS writes a JSON document',
  ],
  [
    ({ eventSource, onFailure }) => eventSource === 'aws:kafka' && onFailure !== undefined,
    'serverless knows no onFailureDestination in an msk event, and would refuse it',
  ],
  [standsForAnother, `an ARN with the account ${nobody} stands for one that only a deployment knows`],
  [
    (mapping, _, plan) => goesToFile(mapping, plan),
    'the on-failure destination is not reached from here: what AWS would send there is written below .dispatcher/ (custom.dispatcher.destinations names endpoints of sqs, sns and s3)',
  ],
  [
    ({ secrets }, _, plan) => secrets.some((name) => !plan.secrets.includes(name)),
    'AWS logs in or uses a certificate by its accessConfigurations: here nothing is known of those secrets (custom.dispatcher.secrets says where they lie)',
  ],
  [
    ({ reportBatchItemFailures, partialRetry }) => reportBatchItemFailures && partialRetry === 'named',
    'a partial answer has just the records tried again that it names, as the words of its Kafka page are read; partialRetry: fromLowest also repeats those that follow them',
  ],
  [
    ({ reportBatchItemFailures, partialRetry }) => reportBatchItemFailures && partialRetry === 'fromLowest',
    'a partial answer has all records tried again that follow a named one, as AWS does for Kinesis and DynamoDB: its Kafka page speaks of just the named ones',
  ],
  [
    ({ maximumBatchingWindow }) => !Number.isInteger(maximumBatchingWindow) && maximumBatchingWindow !== 0.5,
    'maximumBatchingWindow is not whole seconds: AWS would refuse it',
  ],
  [
    ({ maximumBatchingWindow }) => maximumBatchingWindow === 0,
    'maximumBatchingWindow is 0: serverless leaves that out when it deploys, and AWS then waits for 0.5 s',
  ],
  [
    (_, spec) => (spec?.timeoutSeconds ?? 0) > longestTimeout,
    'the time-out is over 14 minutes: AWS allows no more to functions that Kafka triggers',
  ],
  [
    (_, spec) => spec?.worker !== undefined,
    'the functions share a thread here: what crashes one ends what the others have in flight too, and it is delivered again; on AWS each has machines of its own, and its own AWS_LAMBDA_FUNCTION_* variables, which are left out here',
  ],
  [
    (_, spec) => spec?.clientContext === true,
    'the context has clientContext.custom: AWS gives a function that Kafka triggers none',
  ],
  [({ filterPatterns }) => filterPatterns.length > 5, 'more than 5 filter patterns: AWS allows that only on request'],
  [
    ({ filterPatterns }) => filterPatterns.some(isUnproven),
    "filters with wildcard, cidr, or an operator inside anything-but, prefix or suffix: EventBridge has them, AWS's page on Lambda's filters does not list them",
  ],
  [
    ({ provisioned }) => provisioned,
    'provisionedPollerConfig: minimumPollers consumers run here, in no pollerGroupName; AWS scales up to maximumPollers',
  ],
];

/** A line for each thing that AWS would refuse or do otherwise, naming the mappings. */
export function differences(plan: Plan): string[] {
  const active = plan.mappings.filter(({ enabled }) => enabled);
  const leftOut = plan.leftOut.map(
    (where) => `${where}: calls a function that only a deployment knows: left out here.`,
  );
  const differing = list.flatMap(([applies, sentence]) => {
    const met = active.filter((mapping) => applies(mapping, plan.functions[mapping.functionName], plan));
    return met.length > 0 ? [`differs from AWS (${met.map(({ id }) => id).join(', ')}): ${sentence}.`] : [];
  });
  return [...differing, ...leftOut];
}

/** Whether a pattern has a rule with an operator that Lambda is not known to take. */
function isUnproven(pattern: unknown): boolean {
  if (!isJsonObject(pattern)) return false;
  return Object.entries(pattern).some(([name, wanted]) => {
    if (!Array.isArray(wanted)) return isUnproven(wanted);
    return name === '$or' ? wanted.some(isUnproven) : wanted.some(hasUnprovenOperator);
  });
}

function hasUnprovenOperator(rule: unknown): boolean {
  if (!isJsonObject(rule)) return false;
  return Object.entries(rule).some(
    ([operator, operand]) => operator === 'wildcard' || operator === 'cidr' || isJsonObject(operand),
  );
}
