import type { FunctionCall } from './calls.ts';

/**
 * A record, or its value: a text. `value` may be a text, bytes, null for a tombstone, or anything else, which is written
 * as JSON. `timestamp` is in ms since 1970, and now unless given. `topic` is the function's first unless given. The partition comes
 * from the key as Kafka's clients have it, where there is one; else it is 0.
 */
export type GivenRecord =
  | string
  | Readonly<{
      topic?: string | undefined;
      partition?: number | undefined;
      /** A text or bytes; with `keySchema` what that schema can write. */
      key?: unknown;
      value: unknown;
      headers?: Readonly<Record<string, string | Uint8Array | (string | Uint8Array)[]>> | undefined;
      timestamp?: number | undefined;
      /** The id of the schema that the key is written by, in the frame of Confluent's clients. Bytes are taken for written. */
      keySchema?: number | undefined;
      /** Of the value, in the same way. */
      valueSchema?: number | undefined;
    }>;

/** A schema as a Confluent registry has it; Avro unless it says otherwise. What it refers to comes along. */
export type GivenSchema = Readonly<{
  schemaType?: 'AVRO' | 'PROTOBUF' | 'JSON';
  schema: string | Readonly<Record<string, unknown>>;
  references?: readonly Readonly<{ name: string; schema: string | Readonly<Record<string, unknown>> }>[];
}>;

/** What was given up, in one letter: in a Kafka topic one record, elsewhere a batch. */
export type DeadLetter = Readonly<{
  /** `kafka://<topic>`, or an ARN as the settings have it. */
  destination: string;
  /** `RetryAttemptsExhausted`, `RecordAgeExceeded`, `MaximumPayloadSizeExceeded`, `SCHEMA_NOT_FOUND` or `DESERIALIZATION_ERROR`. */
  condition: string;
  /** What the records hold, as text; null for a tombstone. */
  values: readonly (string | null)[];
  /** AWS's document; undefined with `onFailureFormat: raw`. */
  document?: unknown;
  /** Of the letter in a Kafka topic. */
  key: string | null;
  headers: Readonly<Record<string, string>>;
}>;

/** A function of a service, and the topics that trigger it. Time goes on in what is awaited of it, and stands still else. */
export interface Trigger {
  /** Every call so far, in the order in which they began. */
  readonly calls: readonly FunctionCall[];
  /** What was given up. */
  readonly deadLetters: readonly DeadLetter[];
  /** Up to where each partition is done, such as `{ 'orders-0': 5 }`: the next offset to be read after a restart. */
  readonly committed: Readonly<Record<string, number>>;
  /** What the dispatcher has said, a line each. */
  readonly log: readonly string[];
  /** Virtual ms since 1970: what the function's `Date.now()` says. */
  readonly now: number;
  /**
   * Puts records into the function's topics and lets time go on until they are done: answered, filtered, or given up.
   * @returns the calls that began meanwhile
   * @throws Mistake where a record is none, and Error where they are not done in time
   */
  deliver(records: readonly GivenRecord[], bound?: Bound): Promise<readonly FunctionCall[]>;
  /** Puts records into the function's topics. They are read when time goes on. @throws Mistake where one is none */
  send(records: readonly GivenRecord[]): void;
  /** Lets time go on until something is so. @throws Error where it is not in time */
  until(isSo: () => boolean, bound?: Bound): Promise<void>;
  /** Lets so many virtual seconds go by. */
  pass(seconds: number): Promise<void>;
  /** Ends the dispatcher as a deployment does, once what is in flight is done. It starts again when time goes on. */
  stop(): Promise<void>;
}

/** Virtual seconds; 3,600 unless given. */
export type Bound = Readonly<{ within?: number }>;
