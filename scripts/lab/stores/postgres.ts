import type pg from 'pg';
import type { LabSettings } from '../../../functions/messages/settings.ts';
import { connectPostgres, postgresTable } from '../../../functions/messages/store.postgres.ts';
import type { Inspection, Promised, Row } from './inspection.ts';

const pageRows = 10_000;

const sentences = {
  disk: {
    es: 'cada lote está en el disco antes de confirmarse (WAL con fsync): sobrevive a un corte de luz',
    en: 'each batch is on disk before it is acknowledged (WAL with fsync): it survives a power cut',
  },
  lazy: {
    es: 'se confirma antes de escribir (synchronous_commit=off): una caída pierde hasta unos 0,6 s',
    en: 'acknowledged before it is written (synchronous_commit=off): a crash loses up to some 0.6 s',
  },
  none: {
    es: 'fsync está apagado: un corte de luz puede dañar la base entera',
    en: 'fsync is off: a power cut can damage the whole database',
  },
} as const satisfies Record<string, Promised>;

/**
 * Connects at its first question. `bytes` counts the indexes too, and is 0 without the table; `rows` are of one moment.
 * `promised` is read from the server (`fsync`, `synchronous_commit`).
 */
export function inspectPostgres(settings: LabSettings): Inspection {
  const pool = connectPostgres(settings);
  const table = postgresTable(settings.namespace);
  const one = async (sql: string): Promise<string> => {
    const { rows } = await pool.query<string[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0] ?? '';
  };
  return {
    async renew() {
      await pool.query(`DROP TABLE IF EXISTS ${table}`);
    },
    rows: () => rowsOf(pool, table),
    async promised() {
      if ((await one('SHOW fsync')) !== 'on') return sentences.none;
      return sentences[(await one('SHOW synchronous_commit')) === 'off' ? 'lazy' : 'disk'];
    },
    async bytes() {
      return Number(await one(`SELECT coalesce(pg_total_relation_size(to_regclass('${table}')), 0)`));
    },
    close: () => pool.end(),
  };
}

async function* rowsOf(pool: pg.Pool, table: string): AsyncGenerator<Row[]> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; DECLARE every NO SCROLL CURSOR FOR SELECT id, texto, fecha FROM ${table}`);
    for (;;) {
      const { rows } = await client.query<{ id: string; texto: string; fecha: Date }>(`FETCH ${pageRows} FROM every`);
      if (rows.length === 0) break;
      yield rows.map(({ id, texto, fecha }) => ({ id, text: texto, at: fecha.getTime() }));
    }
    await client.query('COMMIT');
  } finally {
    client.release(true);
  }
}
