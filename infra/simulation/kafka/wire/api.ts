import type { Layout } from './layout.ts';

/** A request of Kafka's protocol in the one version that is spoken here: the one that kafkajs 2.2.4 asks for. */
export type Api<Q, A> = Readonly<{
  key: number;
  version: number;
  request: Layout<Q>;
  response: Layout<A>;
  /** The response to a request that is answered by an error and does nothing. */
  refuse(request: Q, errorCode: number): A;
}>;

export type RequestOf<T> = T extends Api<infer Q, infer _> ? Q : never;
export type ResponseOf<T> = T extends Api<infer _, infer A> ? A : never;

/** Lets the types of an API be found from its layouts. */
export const api = <Q, A>(definition: Api<Q, A>): Api<Q, A> => definition;

type Topics<P> = readonly Readonly<{ topic: string; partitions: readonly P[] }>[];

/** An answer for each partition that was asked about. */
export const forEach = <P, R>(topics: Topics<P>, answer: (partition: P, topic: string) => R) =>
  topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map((one) => answer(one, topic)) }));

/** Nobody is throttled. */
export const throttleTime = 0;
