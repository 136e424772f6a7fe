/** All that a simulated broker understands. */
import { namesOf } from '../../../namesOf.ts';
import { adminApis } from './adminApis.ts';
import type { RequestOf, ResponseOf } from './api.ts';
import { groupApis } from './groupApis.ts';
import { DeleteRecords, Fetch, ListOffsets, Produce } from './recordApis.ts';
import { transactionApis } from './transactionApis.ts';

/** By the names that kafkajs has for them. */
export const apis = {
  Produce,
  Fetch,
  ListOffsets,
  DeleteRecords,
  ...groupApis,
  ...transactionApis,
  ...adminApis,
} as const;

type Apis = typeof apis;
export type ApiName = keyof Apis;
export type Request<N extends ApiName> = RequestOf<Apis[N]>;
export type Response<N extends ApiName> = ResponseOf<Apis[N]>;

const names = new Map(namesOf(apis).map((name) => [apis[name].key, name]));

export const apiOf = (key: number): ApiName | undefined => names.get(key);
