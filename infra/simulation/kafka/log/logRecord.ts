/** A record as a log has it. */
export type LogRecord = Readonly<{
  offset: number;
  /** ms since 1970 */
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  /** In their order; a name may come more than once. */
  headers: readonly (readonly [name: string, value: Buffer | null])[];
}>;
