import protocol from 'kafkajs/src/protocol/error.js';

/** The numbers of Kafka's errors by the names that kafkajs has for them; NONE is 0. */
const codes = new Map([['NONE', 0], ...protocol.errorCodes.map(({ type, code }) => [type, code] as const)]);
const names = new Map([...codes].map(([name, code]) => [code, name]));

/** @throws RangeError when kafkajs knows no such error */
export function errorCode(name: string): number {
  const code = codes.get(name);
  if (code === undefined) throw new RangeError(`kafkajs knows no error ${name}; there are ${[...codes.keys()]}`);
  return code;
}

export const errorName = (code: number): string => names.get(code) ?? `error ${code}`;

/** All errors after which a client is to try again. */
export const retriableErrors: readonly string[] = protocol.errorCodes
  .filter(({ retriable }) => retriable)
  .map(({ type }) => type);
