import type { Mapping } from '../config/mapping.ts';
import type { Fault } from '../invoke/invocation.ts';
import type { Source } from '../invoke/kafkaEvent.ts';
import type { KafkaRecord } from '../record/record.ts';
import type { SchemaCondition } from '../schema/schemas.ts';

/** Why a record was given up, in AWS's words. */
type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded' | 'MaximumPayloadSizeExceeded' | SchemaCondition;

/** Records that are given up together. */
export type Failed = Readonly<{
  records: readonly KafkaRecord[];
  mapping: Mapping;
  source: Source;
  functionArn: string;
  condition: Condition;
  fault: Fault;
  /** Deliveries to the function; 0 where it was never called. */
  attempts: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Of the report, not of a call. */
  requestId: string;
}>;

/** Where failed records go. */
export interface FailureDestination {
  /** What people know it by. */
  readonly name: string;
  /**
   * Writes the first of the records, as many as go in one request; always one.
   * @returns those that are stored now
   * @throws when nothing is stored
   */
  store(failed: Failed): Promise<readonly KafkaRecord[]>;
}
