/** What people are told about a plan: a table of the mappings, and where AWS would differ. */
import type { FunctionSpec } from '../invoke/invocation.ts';
import type { Mapping, Plan } from './mapping.ts';

const forEver = (number: number): string => (number === -1 ? 'for ever' : `${number}`);

const startText = ({ startingPosition: start }: Mapping): string =>
  start.at === 'AT_TIMESTAMP' ? new Date(start.timestamp).toISOString() : start.at;

const columns: readonly [title: string, cell: (mapping: Mapping) => string][] = [
  ['function', ({ functionName }) => functionName],
  ['topic', ({ topic }) => topic],
  ['enabled', ({ enabled }) => (enabled ? 'yes' : 'no')],
  ['group', ({ consumerGroupId }) => consumerGroupId],
  ['starts at', startText],
  ['batch', ({ batchSize }) => `${batchSize}`],
  ['window s', ({ maximumBatchingWindow }) => `${maximumBatchingWindow}`],
  ['filters', ({ filterPatterns }) => `${filterPatterns.length}`],
  ['retries', ({ maximumRetryAttempts }) => forEver(maximumRetryAttempts)],
  ['age s', ({ maximumRecordAgeInSeconds }) => forEver(maximumRecordAgeInSeconds)],
  ['bisect', ({ bisectBatchOnFunctionError }) => (bisectBatchOnFunctionError ? 'yes' : 'no')],
  ['partial', ({ reportBatchItemFailures }) => (reportBatchItemFailures ? 'yes' : 'no')],
  ['on failure', ({ onFailureTopic }) => onFailureTopic ?? '-'],
  ['order', ({ ordering }) => ordering],
  ['in flight', ({ concurrency }) => `${concurrency}`],
  ['pollers', ({ pollers }) => `${pollers}`],
];

/** A table for a terminal, a row for each mapping. */
export function describePlan({ brokers, mappings }: Plan): string {
  const rows = [
    columns.map(([title]) => title),
    ...mappings.map((mapping) => columns.map(([, cell]) => cell(mapping))),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `brokers ${brokers.join(',')}\n${lines.join('\n')}\n`;
}

type Difference = readonly [applies: (mapping: Mapping, spec: FunctionSpec | undefined) => boolean, sentence: string];

const list: readonly Difference[] = [
  [
    ({ ordering }) => ordering !== 'partition',
    'works here only: AWS keeps the order of whole partitions, and runs one batch of a partition at a time',
  ],
  [
    ({ concurrency }) => concurrency > 1,
    'concurrency is set under custom: AWS invokes once for each event poller and partition, as its own scaling decides',
  ],
  [
    ({
      maximumRetryAttempts,
      maximumRecordAgeInSeconds,
      bisectBatchOnFunctionError,
      reportBatchItemFailures,
      onFailureTopic,
    }) =>
      maximumRecordAgeInSeconds !== -1 ||
      bisectBatchOnFunctionError ||
      reportBatchItemFailures ||
      maximumRetryAttempts !== (onFailureTopic ? 10 : -1),
    'retries, record age, bisecting and partial answers come from custom.dispatcher: the deployed mapping knows nothing of them until CloudFormation is told too, and AWS wants provisioned pollers for them',
  ],
  [
    ({ maximumBatchingWindow }) => !Number.isInteger(maximumBatchingWindow) && maximumBatchingWindow !== 0.5,
    'maximumBatchingWindow is not whole seconds: AWS would refuse it',
  ],
  [
    (_, spec) => spec?.worker !== undefined,
    'the functions share a thread here: what crashes one ends what the others have in flight too, and it is delivered again; on AWS each has machines of its own',
  ],
  [({ filterPatterns }) => filterPatterns.length > 5, 'more than 5 filter patterns: AWS allows that only on request'],
  [
    ({ pollers }) => pollers > 1,
    'provisionedPollerConfig: minimumPollers consumers run here; AWS scales up to maximumPollers',
  ],
];

/** A line for each thing that AWS would refuse or do otherwise, naming the mappings. */
export function differences({ mappings, functions }: Plan): string[] {
  const active = mappings.filter(({ enabled }) => enabled);
  return list.flatMap(([applies, sentence]) => {
    const ids = active.filter((mapping) => applies(mapping, functions[mapping.functionName])).map(({ id }) => id);
    return ids.length > 0 ? [`differs from AWS (${ids.join(', ')}): ${sentence}.`] : [];
  });
}
