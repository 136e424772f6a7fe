import pg from 'pg';
import { postgresOptions } from '../../infra/access/clientOptions.ts';
import { chunks } from '../runtime/chunks.ts';
import { type Message, messageId } from './message.ts';
import type { Store } from './ports.ts';
import type { LabSettings } from './settings.ts';
import { sumOf } from './sumOf.ts';

/** Rows of one statement: more gain nothing, and a lost connection repeats fewer. */
const chunkRows = 1000;
const connections = 4;

/** The contract's table; a namespace is part of its name. */
export const postgresTable = (namespace: string): string => pg.escapeIdentifier(`${namespace}mensajes`);

/**
 * A pool of connections that mends itself.
 * `synchronous_commit` decides for each session alone whether a commit waits for the disk.
 */
export function connectPostgres(settings: Pick<LabSettings, 'databaseUrl' | 'durability' | 'access'>): pg.Pool {
  const pool = new pg.Pool({
    ...postgresOptions(settings.databaseUrl, settings.access),
    max: connections,
    connectionTimeoutMillis: 3000,
    query_timeout: 20_000,
    options: `-c synchronous_commit=${settings.durability === 'disk' ? 'on' : 'off'}`,
  });
  // A connection lost while idle is replaced at the next query; unheard it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** The lock keeps workers that start together from making the table twice, which PostgreSQL answers with an error. */
const createTable = (table: string): string => `
  SELECT pg_advisory_xact_lock(hashtext('despacho.mensajes'));
  CREATE TABLE IF NOT EXISTS ${table} (id text COLLATE "C" PRIMARY KEY, texto text NOT NULL, fecha timestamptz NOT NULL)`;

const insert = (table: string): string => `
  INSERT INTO ${table} (id, texto, fecha)
  SELECT id, texto, to_timestamp(ms / 1000) FROM unnest($1::text[], $2::text[], $3::float8[]) AS rows (id, texto, ms)
  ON CONFLICT DO NOTHING`;

/** Rows of the table `mensajes`; a message that is there already is left as it is. */
export function postgresStore(settings: LabSettings): Store {
  const pool = connectPostgres(settings);
  const table = postgresTable(settings.namespace);
  let made: Promise<unknown> | undefined;

  const makeTable = async (): Promise<void> => {
    made ??= pool.query(createTable(table));
    await made.catch((error) => {
      made = undefined;
      throw error;
    });
  };
  const saveChunk = async (messages: readonly Message[]): Promise<number> => {
    const columns = [messages.map(messageId), messages.map(({ text }) => text), messages.map(({ at }) => at)];
    const { rowCount } = await pool.query({ name: 'save', text: insert(table), values: columns });
    return rowCount ?? 0;
  };
  return {
    async save(messages) {
      await makeTable();
      return sumOf(chunks(messages, chunkRows).map(saveChunk));
    },
    close: () => pool.end(),
  };
}
