import { readFileSync } from 'node:fs';
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import { detailsSchema } from '../../functions/orders/records.ts';
import { codeOf, Mistake } from '../../infra/faults.ts';
import { readJson } from '../../infra/json.ts';
import { namesOf } from '../../infra/namesOf.ts';
import type { OrderDetails } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { decodeText, readAmount, separatorOf } from './csvText.ts';

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
const columnNames = namesOf(columns);

type Row = { record: Record<string, string>; info: InfoRecord };

/**
 * Reads orders from a CSV file: UTF-8 or UTF-16, a header line, columns in any order, separated by commas, semicolons,
 * tabs or bars, prices with a point or a comma. Or from JSON with the columns' names: an object a line, or a list of objects.
 * @throws Mistake naming the file, line and column at fault; never the value of an address or e-mail
 */
export function readOrders(file: string): OrderDetails[] {
  const text = textOf(file);
  if (text.trim() === '')
    throw new Mistake('file', `${file}: is empty; its first line names the columns: ${columnNames.join(',')}`);
  if (isJson(text)) return jsonRows(file, text).map(({ record, line }) => orderOf(file, line, record));
  const rows = parseRows(file, text);
  if (rows.length === 0) throw new Mistake('file', `${file}: has a header but no order`);
  return rows.map(({ record, info }) => orderOf(file, info.lines, record));
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Mistake('file', `--csv ${file}: cannot be read (${codeOf(error)})`);
  }
  const text = decodeText(bytes);
  if (text !== undefined) return text;
  throw new Mistake('file', `${file}: is not UTF-8, so that accents cannot be read. Save it again as "CSV UTF-8"`);
}

/** Empty columns at the end, as spreadsheets leave them, get names of their own. */
const unnamed = (index: number): string => `column ${index + 1}`;

/** A column's name as a person or a spreadsheet may write it: with accents, capitals or spaces. */
const columnOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();

function checkHeader(file: string, cells: readonly string[]): string[] {
  const header = cells.map((name, index) => columnOf(name) || unnamed(index));
  const missing = columnNames.filter((name) => !header.includes(name));
  const unknown = header.filter((name, index) => !(name in columns) && name !== unnamed(index));
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  if (missing.length + unknown.length + twice.length === 0) return header;
  const faults = [
    ...missing.map((name) => `"${name}" is missing`),
    ...unknown.map((name) => `"${name}" is unknown`),
    ...twice.map((name) => `"${name}" is there twice`),
  ];
  throw new Mistake('file', `${file}, header: ${faults.join(', ')}; the columns are ${columnNames.join(',')}`);
}

function parseRows(file: string, text: string): Row[] {
  const { separator, rest } = separatorOf(text);
  try {
    return parse(rest, {
      columns: (header: string[]) => checkHeader(file, header),
      delimiter: separator,
      trim: true,
      // A quote in the middle of a cell is an inch.
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
    }) as never;
  } catch (error) {
    if (error instanceof CsvError) throw new Mistake('file', `${file}, line ${error.lines}: ${reason(error)}`);
    throw error;
  }
}

/** The parser's own messages quote the row, which holds an address and an e-mail. */
function reason(error: CsvError): string {
  if (error.code.startsWith('CSV_RECORD_INCONSISTENT')) return `needs ${columnNames.length} fields`;
  return `is not CSV (${error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase()})`;
}

/** A number in JSON has one reading; a text is a person's. */
const priceOf = (price: unknown): number | string =>
  typeof price === 'number' ? price : readAmount(typeof price === 'string' ? price : '');

function orderOf(file: string, line: number, record: Readonly<Record<string, unknown>>): OrderDetails {
  const fault = (what: string) => new Mistake('file', `${file}, line ${line}: ${what}`);
  const stray = Object.keys(record).find((name) => !(name in columns) && record[name] !== '');
  if (stray) throw fault(`${stray} has a value, and no name in the header`);
  const price = priceOf(record.precio);
  const parts = Object.fromEntries(columnNames.map((name) => [columns[name], record[name]]));
  const read = detailsSchema.safeParse({ ...parts, price: typeof price === 'string' ? Number.NaN : price });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => {
      const column = columnNames.find((name) => columns[name] === path[0]);
      if (column !== 'precio') return `${column}: ${message}`;
      return `precio: ${typeof price === 'string' ? price : `"${record.precio}" is not a price above 0, like 12990 or 12990.50`}`;
    });
    throw fault(faults.join('; '));
  }
  const { gateway, ...details } = read.data;
  return { ...details, paymentGateway: gateway, language: '' };
}

/** What of an order stands in one object, and on which line that begins. */
type JsonRow = Readonly<{ record: Record<string, unknown>; line: number }>;

/** Whether the text is JSON at all, and no table. */
const isJson = (text: string): boolean => /^\s*[{[]/.test(text);

/** @throws Mistake naming the file and line at fault, and not what stands there, which may be an address */
function jsonRows(file: string, text: string): JsonRow[] {
  const fault = (line: number, what: string) => new Mistake('file', `${file}, line ${line}: ${what}`);
  if (text.trimStart().startsWith('[')) {
    const list = readJson(text);
    if (!Array.isArray(list)) throw fault(1, 'is no list of objects in JSON; an object a line is easier to mend');
    return list.map((value, index) => rowOf(value, index + 1, fault));
  }
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === '' ? [] : [rowOf(readJson(line), index + 1, fault)]));
}

function rowOf(value: unknown, line: number, fault: (line: number, what: string) => Mistake): JsonRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(line, 'is no object in JSON');
  return { record: value as Record<string, unknown>, line };
}
