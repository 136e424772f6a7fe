import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Mistake, messageOf } from '../../infra/faults.ts';

const rowsSchema = z.array(z.object({ id: z.string(), code: z.string() }));

/**
 * The ids of the orders that were answered OK.
 * @param file as `npm run load -- --csv-out` writes it
 * @throws Mistake naming the file
 */
export function readAcknowledged(file: string): string[] {
  try {
    const rows = rowsSchema.parse(parse(readFileSync(file), { columns: true, skip_empty_lines: true }));
    return rows.filter(({ code }) => code === 'OK').map(({ id }) => id);
  } catch (error) {
    const what = error instanceof z.ZodError ? 'has no columns id and code' : messageOf(error);
    throw new Mistake('file', `--acknowledged ${file}: ${what}; npm run load -- --csv-out writes such files`);
  }
}
