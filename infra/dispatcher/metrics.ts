/** What the dispatcher tells Prometheus. The numbers are read from its `stats()` when they are asked for. */

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { namesOf } from '../namesOf.ts';
import type { DispatcherStats } from './dispatcher.ts';
import type { MappingState, MappingStats } from './stats.ts';

const counters: Record<keyof MappingStats, string> = {
  polled: 'Records read from Kafka',
  records: 'Records that the function has dealt with, or that were given up',
  filtered: 'Records that no filter pattern wanted',
  invocations: 'Invocations that came to an end',
  invokedRecords: 'Records in invocations, each time that they were in one',
  failedRecords: 'Records in invocations that failed, or that a partial answer named',
  busyMilliseconds: 'Milliseconds that invocations took',
  failures: 'Invocations that failed, or reported failed records',
  retries: 'Invocations with records that were tried before',
  throttled: 'Invocations that could not be started',
  deadLetters: 'Records sent to the on-failure destination',
  discarded: 'Records given up without a destination',
  redelivered: 'Records in flight when their partition was lost, or when a drain ran out of time',
  spared: 'Records not delivered again, because an earlier owner had finished them above the committed offset',
  rebalances: 'Times that the consumer group moved partitions',
  crashes: 'Times that a consumer crashed and started again',
  commits: 'Commits of offsets',
  schemaRegistryErrors: 'Records whose schema was not there or did not fit, and times that a registry did not answer',
  committedRecords: 'What committed offsets have gone on by',
  commitErrors: 'Commits that the broker did not take',
  destinationErrors: 'Times that the on-failure destination took nothing',
};

/** AWS's names of event source mapping metrics for Kafka: alarms can be rehearsed by the names that they will have. */
const awsCounters: Record<string, keyof MappingStats> = {
  PolledEventCount: 'polled',
  FilteredOutEventCount: 'filtered',
  InvokedEventCount: 'invokedRecords',
  FailedInvokeEventCount: 'failedRecords',
  DroppedEventCount: 'discarded',
  OnFailureDestinationDeliveredEventCount: 'deadLetters',
  CommittedEventCount: 'committedRecords',
  PollingErrorCount: 'crashes',
  InvokeErrorCount: 'failures',
  SchemaRegistryErrorCount: 'schemaRegistryErrors',
  CommitErrorCount: 'commitErrors',
  OnFailureDestinationDeliveryErrorCount: 'destinationErrors',
};

const lags = ({ partitions }: MappingState): number[] => partitions.map(({ lag }) => lag);
const mappingGauges: Record<string, [help: string, value: (state: MappingState) => number]> = {
  dispatcher_in_flight: ['Records that the function has, or that wait to be tried again', ({ inFlight }) => inFlight],
  MaxOffsetLag: ['The most that a partition has which is not done', (state) => Math.max(0, ...lags(state))],
  SumOffsetLag: ['Records that are not done', (state) => lags(state).reduce((sum, lag) => sum + lag, 0)],
};

type PartitionState = MappingState['partitions'][number];
const partitionGauges: Record<string, [help: string, value: (state: PartitionState) => number]> = {
  dispatcher_lag: ['Records of the partition that are not done', ({ lag }) => lag],
  OffsetLag: ['Records of the partition that are not done', ({ lag }) => lag],
  dispatcher_queued: ['Records fetched and not done', ({ queued }) => queued],
  dispatcher_commit_age_seconds: [
    'For how long something has been done and not committed',
    ({ commitAge }) => commitAge / 1000,
  ],
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

type Visit = (labels: { function: string; topic: string }, mapping: MappingStats & MappingState) => void;
type Each = (visit: Visit) => void;

/** @param stats called at each scrape */
export function metricsOf(stats: () => DispatcherStats): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['function', 'topic'];
  const each: Each = (visit) => {
    for (const mapping of Object.values(stats().mappings))
      visit({ function: mapping.functionName, topic: mapping.topic }, mapping);
  };
  const own = namesOf(counters).map((of) => [`dispatcher_${snake(of)}_total`, of, counters[of]] as const);
  const aws = Object.entries(awsCounters).map(([name, of]) => [name, of, counters[of]] as const);
  for (const [name, of, help] of [...own, ...aws]) {
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        each((labels, mapping) => this.inc(labels, mapping[of]));
      },
    });
  }
  for (const [name, [help, value]] of Object.entries(mappingGauges)) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        each((labels, mapping) => this.set(labels, value(mapping)));
      },
    });
  }
  partitionStates(registry, labelNames, each);
  coldStartCounters(registry, stats);
  return registry;
}

function partitionStates(registry: Registry, labelNames: string[], each: Each): void {
  for (const [name, [help, value]] of Object.entries(partitionGauges)) {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames, 'partition'],
      registers: [registry],
      collect() {
        this.reset();
        each((labels, { partitions }) => {
          for (const state of partitions) this.set({ ...labels, partition: state.partition }, value(state));
        });
      },
    });
  }
}

function coldStartCounters(registry: Registry, stats: () => DispatcherStats): void {
  const kinds = {
    cold_starts: ['Workers started', 'count'],
    cold_start_milliseconds: ['Milliseconds that workers took to start', 'milliseconds'],
  } as const;
  for (const [name, [help, field]] of Object.entries(kinds)) {
    new Counter({
      name: `dispatcher_${name}_total`,
      help,
      labelNames: ['function'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [functionName, start] of Object.entries(stats().coldStarts))
          this.inc({ function: functionName }, start[field]);
      },
    });
  }
}
