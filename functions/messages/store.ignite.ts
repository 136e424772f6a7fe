import { sleep, systemClock } from '../../infra/clock.ts';
import { chunks } from '../runtime/chunks.ts';
import { connectIgnite, type IgniteConnection, type Table } from './connection.ignite.ts';
import { type Message, messageId } from './message.ts';
import type { Store } from './ports.ts';
import type { LabSettings } from './settings.ts';
import { sumOf } from './sumOf.ts';

/** Rows of one request: each request waits for the disk, and 4,000 rows wait hardly longer than 500. */
const chunkRows = 4000;
const connections = 2;
/** How often a table that another worker is making is asked for, and ms between. */
const [makingTries, makingPause] = [100, 100];

/** The contract's table, in capitals as Ignite writes names without quotes; a namespace is part of its name. */
export const igniteTable = (namespace: string): string => `"${namespace.toUpperCase()}DISTRIBUIDOS"`;

/** The cache under it. */
export const igniteCache = (namespace: string): Table => ({
  cache: `${namespace}distribuidos`,
  type: 'Distribuido',
  shape: { TEXTO: 'VARCHAR', FECHA: 'TIMESTAMP' },
});

/**
 * REPLICATED has half as many partitions, each of which is a file. The ids are longer than the 10 bytes that the
 * index holds of a text unless told. Durability is the node's: its WAL mode, where it has persistence.
 */
const createTable = (table: string, { cache, type }: Table): string => `
  CREATE TABLE IF NOT EXISTS ${table} (id VARCHAR PRIMARY KEY, texto VARCHAR, fecha TIMESTAMP)
  WITH "TEMPLATE=REPLICATED,ATOMICITY=ATOMIC,PK_INLINE_SIZE=48,CACHE_NAME=${cache},VALUE_TYPE=${type}"`;

/** Of workers that start together Ignite refuses all but one, for as long as the table is being made for that one. */
async function makeOnce(connection: IgniteConnection, statement: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await connection.query(statement);
      return;
    } catch (error) {
      if (tries === makingTries || !/already exists/i.test(String(error))) throw error;
      await sleep(systemClock, makingPause);
    }
  }
}

/** Rows of the SQL table `distribuidos`; a message that is there already is overwritten with itself. */
export function igniteStore(settings: LabSettings): Store {
  const pool = Array.from({ length: connections }, () => connectIgnite(settings));
  const cache = igniteCache(settings.namespace);
  let made: Promise<unknown> | undefined;

  const makeTable = async (): Promise<void> => {
    made ??= pool[0] && makeOnce(pool[0], createTable(igniteTable(settings.namespace), cache));
    await made?.catch((error) => {
      made = undefined;
      throw error;
    });
  };
  const saveChunk = async (messages: readonly Message[], index: number): Promise<number> => {
    const entries = messages.map((message) => ({
      key: messageId(message),
      value: { TEXTO: message.text, FECHA: new Date(message.at) },
    }));
    await pool[index % pool.length]?.put(cache, entries);
    return messages.length;
  };
  return {
    async save(messages) {
      await makeTable();
      return sumOf(chunks(messages, chunkRows).map(saveChunk));
    },
    async close() {
      await Promise.all(pool.map((connection) => connection.close()));
    },
  };
}
