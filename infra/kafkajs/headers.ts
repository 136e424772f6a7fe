import type { IHeaders, KafkaMessage } from 'kafkajs';

/** The headers of a record, in the producer's order; a name may come several times. */
export type Headers = readonly (readonly [name: string, value: Buffer | null])[];

/** Shared by all records without headers, and frozen. */
export const noHeaders: Headers = Object.freeze([]);

/**
 * A message as it is read here: kafkajs' own `headers` know no order, and some names not at all. `at` is its offset, `time` its
 * timestamp.
 */
export type OrderedMessage = KafkaMessage & {
  readonly headerList?: Headers;
  readonly at?: number;
  readonly time?: number;
};

/** Of a message that kafkajs itself has read, headers of one name come together, where the first of them was. */
export function headersOf(message: OrderedMessage): Headers {
  // Its headers by name are made when they are asked for.
  if (message.headerList) return message.headerList;
  const entries = Object.entries(message.headers ?? {});
  if (entries.length === 0) return noHeaders;
  return entries.flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value === undefined ? null : Buffer.from(value)] as const),
  );
}

/** Headers for a message that is written as they stand, in their order. */
export const inOrder = (list: readonly (readonly [name: string, value: Buffer | string | null])[]): IHeaders =>
  list as unknown as IHeaders;

/** The same headers as kafkajs gives them: a repeated name has a list of values. */
export function namedHeaders(list: Headers): IHeaders {
  const headers: Record<string, Buffer | Buffer[]> = Object.create(null);
  for (const [name, value] of list) {
    const known = headers[name];
    headers[name] = (known === undefined ? value : [known, value].flat()) as Buffer;
  }
  return headers;
}
