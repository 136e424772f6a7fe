import IgniteClient from 'apache-ignite-client';
import { igniteOptions } from '../../infra/access/clientOptions.ts';
import type { EngineAccess } from '../../infra/access/ownEngines.ts';
import { type Clock, systemClock } from '../../infra/clock.ts';

/** What has to be known of an Ignite to reach it by its thin clients' port. */
type IgniteAccess = Readonly<{ igniteEndpoint: string; access: EngineAccess }>;

/** What a field of the two columns' types holds: VARCHAR or TIMESTAMP. */
type Value = string | Date;

/**
 * One connection. Requests queue, and a client that broke is replaced for the next one.
 * All throw when Ignite refuses the request, is away, or does not answer in time.
 */
export interface IgniteConnection {
  query(sql: string, values?: readonly Value[]): Promise<unknown[][]>;
  /** Writes rows by their keys, over what is there: some ten times as fast as MERGE where each write is synced. */
  put(table: Table, entries: readonly Entry[]): Promise<void>;
  close(): Promise<void>;
}

/** ms for one request; without a limit, one that Ignite died under would hold up all that follow. */
const patience = 60_000;

/** The client sends SQL through a cache; this one holds nothing. */
const doorName = 'despacho-sql';

type Link = { client: IgniteClient; door: Awaited<ReturnType<IgniteClient['getOrCreateCache']>> };

async function open({ igniteEndpoint, access }: IgniteAccess): Promise<Link> {
  const client = new IgniteClient();
  try {
    await client.connect(igniteOptions(IgniteClient, igniteEndpoint, access));
    const configuration = new IgniteClient.CacheConfiguration().setSqlSchema('PUBLIC');
    return { client, door: await client.getOrCreateCache(doorName, configuration) };
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

/** @throws when Ignite takes longer than its patience */
async function answered<T>(clock: Clock, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.after(patience, () => reject(new Error(`Ignite did not answer within ${patience} ms`)));
  return Promise.race([work, late]).finally(() => timer.cancel());
}

const toArgument = (value: Value): unknown =>
  value instanceof Date ? new IgniteClient.Timestamp(value.getTime(), 0) : value;

const toFields = (value: Entry['value']): object =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toArgument(field)]));

/** A refusal comes over a connection that works; after any other error the client is of no more use. */
const isRefusal = (error: unknown): boolean => error instanceof IgniteClient.Errors.OperationError;

/** Names of the fields of a value, and their types in SQL's words. */
type Shape = Readonly<Record<string, 'VARCHAR' | 'TIMESTAMP'>>;
/** The cache under a table: `type` is the VALUE_TYPE that the table was made with. */
export type Table = Readonly<{ cache: string; type: string; shape: Shape }>;
/** A row of a table: its primary key, and the other fields by their names. */
type Entry = Readonly<{ key: string; value: Readonly<Record<string, Value>> }>;

function typeOf({ type, shape }: Table) {
  const { STRING, TIMESTAMP } = IgniteClient.ObjectType.PRIMITIVE_TYPE;
  const example = Object.entries(shape).map(([name, kind]) => [name, kind === 'VARCHAR' ? '' : new Date(0)] as const);
  const complex = new IgniteClient.ComplexObjectType(Object.fromEntries(example), type);
  for (const [name, kind] of Object.entries(shape)) complex.setFieldType(name, kind === 'VARCHAR' ? STRING : TIMESTAMP);
  return { key: STRING, value: complex };
}

/**
 * The client mixes up answers when two requests are under way on a connection, and does not come back when
 * Ignite has been away: so one request at a time, and a new client after each failure.
 */
export function connectIgnite(access: IgniteAccess, clock: Clock = systemClock): IgniteConnection {
  let link: Link | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const run = async <T>(work: (link: Link) => Promise<T>): Promise<T> => {
    try {
      link ??= await answered(clock, open(access));
      return await answered(clock, work(link));
    } catch (error) {
      if (!isRefusal(error)) {
        link?.client.disconnect();
        link = undefined;
      }
      throw error;
    }
  };
  const inTurn = <T>(work: (link: Link) => Promise<T>): Promise<T> => {
    const turn = last.then(() => run(work));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    query: (sql, values = []) =>
      inTurn(async ({ door }) => {
        const query = new IgniteClient.SqlFieldsQuery(sql).setSchema('PUBLIC').setPageSize(10_000);
        if (values.length > 0) query.setArgs(...values.map(toArgument));
        return (await door.query(query)).getAll();
      }),
    put: (table, entries) =>
      inTurn(async ({ client }) => {
        const types = typeOf(table);
        const cache = client.getCache(table.cache).setKeyType(types.key).setValueType(types.value);
        await cache.putAll(entries.map(({ key, value }) => new IgniteClient.CacheEntry(key, toFields(value))));
      }),
    async close() {
      await last;
      link?.client.disconnect();
    },
  };
}
