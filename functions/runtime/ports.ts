/**
 * What every function needs from the world, in its own words; each feature has ports of its own beside it. A port has
 * an adapter per engine, `<port>.<engine>.ts`. All work on whole batches: one round trip per call, never one per record.
 */

/** One record to be published. `topic` is without the namespace. */
export type LogRecord = Readonly<{
  topic: string;
  key: string | Buffer;
  value: string | Buffer;
  headers?: Readonly<Record<string, string>>;
}>;

/** The log that everything else can be rebuilt from. Topics are named without the namespace. */
export interface Log {
  /** Resolves when all in-sync replicas have every record. */
  publish(records: readonly LogRecord[]): Promise<void>;
}

/** One metric document. `index` is without the namespace; what is told twice has the same `id`. */
export type Document = Readonly<{ index: string; id: string; body: Readonly<Record<string, unknown>> }>;
