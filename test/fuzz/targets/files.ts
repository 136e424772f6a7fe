/** What a person gives a load. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readOrders } from '../../../scripts/load/csv.ts';
import { readTrace } from '../../../scripts/load/trace.ts';
import { bytes, damaged, text } from '../inputs.ts';
import { isMistake, target } from '../target.ts';

const folder = mkdtempSync(join(tmpdir(), 'despacho-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const fileOf = (contents: Uint8Array): string => {
  const file = join(folder, 'input');
  writeFileSync(file, contents);
  return file;
};
const header = 'nombre_producto,precio,pasarela_pago,marca_tarjeta,banco,region,direccion,correo\n';
const csv = fc.array(fc.array(text, { maxLength: 9 }), { maxLength: 5 }).map((rows) => {
  return Buffer.from(header + rows.map((row) => row.join(',')).join('\n'));
});
const moments = fc.array(fc.oneof(fc.double().map(String), text)).map((lines) => Buffer.from(lines.join('\n')));
export const files = [
  target('CSV', fc.oneof(bytes, csv, damaged(csv)), (all) => readOrders(fileOf(all)), isMistake),
  target('traces', fc.oneof(bytes, moments), (all) => readTrace(fileOf(all)), isMistake),
];
