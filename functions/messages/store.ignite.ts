import { chunks, sumOf } from './chunks.ts';
import { connectIgnite } from './connection.ignite.ts';
import type { Store } from './ports.ts';
import { type Message, messageId } from './records.ts';
import type { LabSettings } from './settings.ts';

/** Rows of one statement. */
const chunkRows = 500;
const connections = 2;

/** The contract's table, in capitals as Ignite writes names without quotes; a namespace is part of its name. */
export const igniteTable = (namespace: string): string => `"${namespace.toUpperCase()}DISTRIBUIDOS"`;

/**
 * The ids are longer than the 10 bytes that the index holds of a text unless told.
 * Its durability is the node's: its WAL mode, where it has persistence.
 */
const createTable = (table: string): string => `
  CREATE TABLE IF NOT EXISTS ${table} (id VARCHAR PRIMARY KEY, texto VARCHAR, fecha TIMESTAMP)
  WITH "TEMPLATE=PARTITIONED,ATOMICITY=ATOMIC,BACKUPS=0,WRITE_SYNCHRONIZATION_MODE=FULL_SYNC,PK_INLINE_SIZE=32"`;

const merge = (table: string, rows: number): string =>
  `MERGE INTO ${table} (id, texto, fecha) VALUES ${Array(rows).fill('(?, ?, ?)').join(', ')}`;

/** Rows of the SQL table `distribuidos`; a message that is there already is overwritten with itself. */
export function igniteStore(settings: LabSettings): Store {
  const pool = Array.from({ length: connections }, () => connectIgnite(settings.igniteEndpoint));
  const table = igniteTable(settings.namespace);
  let made: Promise<unknown> | undefined;

  const makeTable = async (): Promise<void> => {
    made ??= pool[0]?.query(createTable(table));
    await made?.catch((error) => {
      made = undefined;
      throw error;
    });
  };
  const saveChunk = async (messages: readonly Message[], index: number): Promise<number> => {
    const values = messages.flatMap((message) => [messageId(message), message.text, new Date(message.at)]);
    await pool[index % pool.length]?.query(merge(table, messages.length), values);
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
