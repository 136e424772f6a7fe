import { connectIgnite } from '../../../functions/messages/connection.ignite.ts';
import type { LabSettings } from '../../../functions/messages/settings.ts';
import { igniteCache, igniteTable } from '../../../functions/messages/store.ignite.ts';
import type { Inspection, Promised, Row } from './inspection.ts';

const page = 10_000;

const sentences: Readonly<Record<string, Promised>> = {
  FSYNC: {
    es: 'cada lote está en el disco antes de confirmarse (WAL FSYNC): sobrevive a un corte de luz',
    en: 'each batch is on disk before it is acknowledged (WAL FSYNC): it survives a power cut',
  },
  LOG_ONLY: {
    es: 'el WAL llega al sistema operativo antes de confirmarse: sobrevive a la caída de Ignite, no a un corte de luz',
    en: "the WAL is with the operating system before it is acknowledged: it survives Ignite's crash, not a power cut",
  },
  BACKGROUND: {
    es: 'el WAL se escribe cada 2 s: una caída pierde hasta unos 2 s',
    en: 'the WAL is written every 2 s: a crash loses up to some 2 s',
  },
};
const memoryOnly: Promised = {
  es: 'solo en memoria: una caída pierde todo',
  en: 'in memory only: a crash loses everything',
};

/** Its durability is set when the node starts: `infra/engines` takes it from LAB_DURABILITY. */
export function inspectIgnite(settings: LabSettings): Inspection {
  const ignite = connectIgnite(settings);
  const table = igniteTable(settings.namespace);
  return {
    async renew() {
      await ignite.query(`DROP TABLE IF EXISTS ${table}`);
    },
    async *rows() {
      let last = '';
      for (;;) {
        const sql = `SELECT id, texto, fecha FROM ${table} WHERE id > ? ORDER BY id LIMIT ${page}`;
        const found = (await ignite.query(sql, [last])) as [string, string, Date][];
        if (found.length === 0) return;
        yield found.map(([id, text, date]): Row => ({ id, text, at: date.getTime() }));
        last = found.at(-1)?.[0] ?? '';
      }
    },
    async promised() {
      const mode = await ignite.query(
        "SELECT VALUE FROM SYS.CONFIGURATION WHERE NAME = 'DataStorageConfiguration.WalMode'",
      );
      return sentences[String(mode[0]?.[0])] ?? memoryOnly;
    },
    async bytes() {
      const metric = `cacheGroups.${igniteCache(settings.namespace).cache}.TotalAllocatedSize`;
      const [row] = await ignite.query('SELECT VALUE FROM SYS.METRICS WHERE NAME = ?', [metric]);
      return Number(row?.[0] ?? 0);
    },
    close: () => ignite.close(),
  };
}
