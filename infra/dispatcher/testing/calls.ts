/** What became of a function's calls, as a test looks at it. */
import type { Fault } from '../invoke/invocation.ts';
import type { EventRecord, KafkaEvent } from '../invoke/kafkaEvent.ts';

/** What a function on Lambda is called with beside its event. */
type CallContext = Readonly<{
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  clientContext?: unknown;
  getRemainingTimeInMillis(): number;
}>;

/** One invocation. Without `milliseconds` it has not ended. */
export type FunctionCall = Readonly<{
  functionName: string;
  event: KafkaEvent;
  context: CallContext;
  /** What the records of the event hold, in their order, as text; null for a tombstone. */
  values: readonly (string | null)[];
  /** 1 for the first delivery of these records, 2 for the next, also in half a batch. */
  attempt: number;
  /** When it began, in ms since 1970 of the virtual time. */
  at: number;
  /** How long it took of the virtual time. */
  milliseconds?: number;
  /** What the function returned. */
  answer?: unknown;
  /** What it threw, or what ended it: its time, `process.exit`, something thrown outside of the call. */
  error?: Fault;
}>;

/** For the one who writes it. */
export type OpenCall = { -readonly [Key in keyof FunctionCall]: FunctionCall[Key] };

export const recordsOf = ({ records }: KafkaEvent): EventRecord[] => Object.values(records).flat();

/** The value as text; null for a tombstone. */
export const textOf = ({ value }: Pick<EventRecord, 'value'>): string | null =>
  value === undefined ? null : Buffer.from(value, 'base64').toString();
