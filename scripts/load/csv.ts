import { readFileSync } from 'node:fs';
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import { detailsSchema } from '../../functions/orders/records.ts';
import type { OrderDetails } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { BadInput } from './badInput.ts';

/** Which column of an orders file holds which part of an order, in the published order of the columns. */
const columns = {
  nombre_producto: 'product',
  precio: 'price',
  pasarela_pago: 'gateway',
  marca_tarjeta: 'cardBrand',
  banco: 'bank',
  region: 'region',
  direccion: 'address',
  correo: 'email',
} as const;
type Column = keyof typeof columns;
const columnNames = Object.keys(columns) as Column[];

type Row = { record: Record<Column, string>; info: InfoRecord };

/**
 * Reads orders from a CSV file (comma separated, UTF-8, a header line, columns in any order).
 * @throws BadInput naming the file, line and column at fault; never the value of an address or e-mail
 */
export function readOrders(file: string): OrderDetails[] {
  const rows = parseRows(file, textOf(file));
  if (rows.length === 0) throw new BadInput(`${file}: has a header but no order`);
  return rows.map(({ record, info }) => orderOf(file, info.lines, record));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadInput(`--csv ${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parseRows(file: string, text: string): Row[] {
  const checkHeader = (header: string[]): string[] => {
    const missing = columnNames.filter((name) => !header.includes(name));
    const unknown = header.filter((name) => !(name in columns));
    const twice = header.filter((name, index) => header.indexOf(name) !== index);
    if (missing.length + unknown.length + twice.length === 0) return header;
    const faults = [
      ...missing.map((name) => `"${name}" is missing`),
      ...unknown.map((name) => `"${name}" is unknown`),
      ...twice.map((name) => `"${name}" is there twice`),
    ];
    throw new BadInput(`${file}, header: ${faults.join(', ')}; the columns are ${columnNames.join(',')}`);
  };
  try {
    return parse(text, { columns: checkHeader, bom: true, trim: true, skip_empty_lines: true, info: true }) as never;
  } catch (error) {
    if (error instanceof CsvError) throw new BadInput(`${file}, line ${error.lines}: ${reason(error)}`);
    throw error;
  }
}

/** The parser's own messages quote the row, which holds an address and an e-mail. */
function reason(error: CsvError): string {
  if (error.code.startsWith('CSV_RECORD_INCONSISTENT')) return `needs ${columnNames.length} fields`;
  return `is not CSV (${error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase()})`;
}

function orderOf(file: string, line: number, record: Record<Column, string>): OrderDetails {
  const parts = Object.fromEntries(columnNames.map((name) => [columns[name], record[name]]));
  const read = detailsSchema.safeParse({ ...parts, price: record.precio === '' ? Number.NaN : Number(record.precio) });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => {
      const column = columnNames.find((name) => columns[name] === path[0]);
      if (column !== 'precio') return `${column}: ${message}`;
      return `precio: "${record.precio}" is not a price above 0, like 12990 or 12990.50`;
    });
    throw new BadInput(`${file}, line ${line}: ${faults.join('; ')}`);
  }
  const { gateway, ...details } = read.data;
  return { ...details, paymentGateway: gateway, language: '' };
}
