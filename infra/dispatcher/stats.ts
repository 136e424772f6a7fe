/** What a mapping has done since the start. */
export type MappingStats = {
  /** Records read from Kafka, also those that no filter wants. */
  polled: number;
  /** Records that the function has dealt with, or that were given up. */
  records: number;
  filtered: number;
  invocations: number;
  /** Records in invocations, counted each time. */
  invokedRecords: number;
  /** Those in an invocation that failed, or that a partial answer named. */
  failedRecords: number;
  /** Time that invocations took, in all. */
  busyMilliseconds: number;
  failures: number;
  retries: number;
  throttled: number;
  /** Records sent to the on-failure destination. */
  deadLetters: number;
  /** Records given up without a destination. */
  discarded: number;
  /** Records that were worked on here and will be delivered again, because their partition was lost first. */
  redelivered: number;
  /** Records not delivered again because an earlier owner had finished them above the committed offset. */
  spared: number;
  rebalances: number;
  crashes: number;
  commits: number;
  /** Records whose schema was not there or did not fit, and times that a registry did not answer. */
  schemaRegistryErrors: number;
  /** What the committed offsets have gone on by. */
  committedRecords: number;
  /** Commits that the broker did not take, but for those while partitions move. */
  commitErrors: number;
  /** Times that the on-failure destination took nothing. */
  destinationErrors: number;
};

/** All at 0. The mapping's consumers share the object and count in it. */
export const newStats = (): MappingStats => ({
  polled: 0,
  records: 0,
  filtered: 0,
  invocations: 0,
  invokedRecords: 0,
  failedRecords: 0,
  busyMilliseconds: 0,
  failures: 0,
  retries: 0,
  throttled: 0,
  deadLetters: 0,
  discarded: 0,
  redelivered: 0,
  spared: 0,
  rebalances: 0,
  crashes: 0,
  commits: 0,
  schemaRegistryErrors: 0,
  committedRecords: 0,
  commitErrors: 0,
  destinationErrors: 0,
});

/** Where a mapping stands now. */
export type MappingState = {
  functionName: string;
  topic: string;
  consumerGroupId: string;
  /** Every consumer is a member of the group and knows where to read. */
  ready: boolean;
  inFlight: number;
  partitions: { topic: string; partition: number; committed: number; lag: number; queued: number; commitAge: number }[];
};

/** Gets whole lines without an end of line. */
export type Logger = {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
};
