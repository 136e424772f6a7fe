/** What is shown of a plan: a table of the mappings for people, JSON for programs. */
import type { Cluster } from './clusters.ts';
import type { Destination, Mapping } from './eventSourceMapping.ts';
import type { Plan } from './mapping.ts';

const forEver = (number: number): string => (number === -1 ? 'for ever' : `${number}`);

const startText = ({ startingPosition: start }: Mapping): string =>
  start.at === 'AT_TIMESTAMP' ? new Date(start.timestamp).toISOString() : start.at;

function destinationText(destination: Destination | undefined): string {
  if (!destination) return '-';
  if (destination.kind === 'kafka') return destination.topic;
  return destination.kind === 'intrinsic' ? destination.text : destination.arn;
}

const columns: readonly [title: string, cell: (mapping: Mapping) => string][] = [
  ['function', ({ functionName }) => functionName],
  ['topic', ({ topic }) => topic],
  ['enabled', ({ enabled }) => (enabled ? 'yes' : 'no')],
  ['group', ({ consumerGroupId }) => consumerGroupId],
  ['starts at', startText],
  ['batch', ({ batchSize }) => `${batchSize}`],
  ['window s', ({ maximumBatchingWindow }) => `${maximumBatchingWindow}`],
  ['filters', ({ filterPatterns }) => `${filterPatterns.length}`],
  ['schemas', ({ schemaRegistry }) => schemaRegistry?.EventRecordFormat ?? '-'],
  ['retries', ({ maximumRetryAttempts }) => forEver(maximumRetryAttempts)],
  ['age s', ({ maximumRecordAgeInSeconds }) => forEver(maximumRecordAgeInSeconds)],
  ['bisect', ({ bisectBatchOnFunctionError }) => (bisectBatchOnFunctionError ? 'yes' : 'no')],
  ['partial', ({ reportBatchItemFailures }) => (reportBatchItemFailures ? 'yes' : 'no')],
  ['on failure', ({ onFailure }) => destinationText(onFailure)],
  ['order', ({ ordering }) => ordering],
  ['in flight', ({ concurrency }) => `${concurrency}`],
  ['pollers', ({ pollers }) => `${pollers}`],
];

/** A table for a terminal, a row for each mapping. */
export function describePlan({ brokers, mappings, access, clusters }: Plan): string {
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
  const reached = [{ brokers, ...(access && { access }) }, ...new Set(Object.values(clusters))].map(clusterText);
  return `${[...reached, ...lines].join('\n')}\n`;
}

function clusterText({ brokers, access }: Cluster): string {
  const ways = [...(access?.tls ? ['TLS'] : []), ...(access?.sasl ? [access.sasl.mechanism] : [])];
  return `brokers ${brokers.join(',')}${ways.length > 0 ? ` by ${ways.join(', ')}` : ''}`;
}

/**
 * As JSON for other programs: `{ brokers, endpoint?, mappings }`, each mapping with every setting by its name.
 * The functions are left out, since their environment may hold secrets.
 */
export const planJson = ({ brokers, endpoint, mappings }: Plan): string =>
  `${JSON.stringify({ brokers, endpoint, mappings }, null, 2)}\n`;
