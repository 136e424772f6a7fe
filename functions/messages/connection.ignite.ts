import IgniteClient from 'apache-ignite-client';

export type Value = string | Date;

/** SQL on one connection. Queries queue, and a connection that broke is replaced by the next one. */
export interface IgniteConnection {
  /** @throws when Ignite refuses the statement, is away, or does not answer in time */
  query(sql: string, values?: readonly Value[]): Promise<unknown[][]>;
  close(): Promise<void>;
}

/** ms for one statement; without a limit, one that Ignite died under would hold up all that follow. */
const patience = 20_000;

/** The client sends SQL through a cache; this one holds nothing. */
const door = 'despacho-sql';

type Link = { client: IgniteClient; cache: Awaited<ReturnType<IgniteClient['getOrCreateCache']>> };

async function open(endpoint: string): Promise<Link> {
  const client = new IgniteClient();
  try {
    await client.connect(new IgniteClient.IgniteClientConfiguration(endpoint));
    const configuration = new IgniteClient.CacheConfiguration().setSqlSchema('PUBLIC');
    return { client, cache: await client.getOrCreateCache(door, configuration) };
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Ignite did not answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const toArgument = (value: Value): unknown =>
  value instanceof Date ? new IgniteClient.Timestamp(value.getTime(), 0) : value;

/** A refusal comes over a connection that works; after any other error the client is of no more use. */
const isRefusal = (error: unknown): boolean => error instanceof IgniteClient.Errors.OperationError;

/**
 * The client mixes up answers when two requests are under way on a connection, and does not come back when
 * Ignite has been away: so one request at a time, and a new client after each failure.
 */
export function connectIgnite(endpoint: string): IgniteConnection {
  let link: Link | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const run = async (sql: string, values: readonly Value[]): Promise<unknown[][]> => {
    try {
      link ??= await within(patience, open(endpoint));
      const query = new IgniteClient.SqlFieldsQuery(sql).setSchema('PUBLIC').setPageSize(10_000);
      if (values.length > 0) query.setArgs(...values.map(toArgument));
      const { cache } = link;
      return await within(
        patience,
        cache.query(query).then((cursor) => cursor.getAll()),
      );
    } catch (error) {
      if (!isRefusal(error)) {
        link?.client.disconnect();
        link = undefined;
      }
      throw error;
    }
  };
  return {
    query(sql, values = []) {
      const turn = last.then(() => run(sql, values));
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      link?.client.disconnect();
    },
  };
}
