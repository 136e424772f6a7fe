/** Names that say no more than that something is an error. */
const bare = /^error$/i;

const isCode = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/**
 * Which kind of error it is: its class and the codes that it brings, never its words, which may quote an address.
 * @returns like `KafkaJSConnectionError`, `DatabaseError 57P01`, `Error EENVELOPE 451`
 */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const name = bare.test(error.name) ? error.constructor.name : error.name;
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [name, ...[code, responseCode].filter(isCode)].join(' ');
}
