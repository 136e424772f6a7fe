import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readOrders } from './csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-csv-'));
after(() => rmSync(folder, { recursive: true }));

const header = 'nombre_producto,precio,pasarela_pago,marca_tarjeta,banco,region,direccion,correo';
const good = 'Olla de greda,14990.50,Webpay Plus,Visa,BCI,Maule,"Los Aromos 1, Talca",ana@example.com';

function file(...lines: string[]): string {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, lines.join('\r\n'));
  return path;
}

function refusal(...lines: string[]): string {
  try {
    readOrders(file(...lines));
  } catch (error) {
    return (error as Error).message.replace(folder, '');
  }
  return 'accepted';
}

test('reads orders, with quotes, any order of columns, a byte-order mark and empty lines', () => {
  const [order, ...more] = readOrders(file(`\uFEFF${header}`, good, ''));
  assert.deepEqual(more, []);
  assert.deepEqual(order, {
    product: 'Olla de greda',
    price: 14_990.5,
    paymentGateway: 'Webpay Plus',
    cardBrand: 'Visa',
    bank: 'BCI',
    region: 'Maule',
    address: 'Los Aromos 1, Talca',
    email: 'ana@example.com',
    language: '',
  });
  const turned = (line: string) =>
    line
      .split(/,(?=\S)/)
      .reverse()
      .join();
  assert.deepEqual(readOrders(file(turned(header), turned(good))), [order]);
});

test('a wrong header is told by the columns that are missing, unknown or double', () => {
  const message = refusal(header.replace('banco', 'bank').replace('correo', 'region'), good);
  assert.match(
    message,
    /orders\.csv, header: "banco" is missing, "correo" is missing, "bank" is unknown, "region" is there twice/,
  );
  assert.match(message, new RegExp(`the columns are ${header}`));
});

test('a wrong row is told by file, line and column, without its address or e-mail', () => {
  const message = refusal(header, good, good.replace('14990.50', '$1').replace('ana@', 'ana').replace('BCI', ''));
  assert.match(message, /orders\.csv, line 3: .*precio: "\$1" is not a price above 0, like 12990/);
  assert.match(message, /banco: /);
  assert.match(message, /correo: /);
  assert.doesNotMatch(message, /anaexample|Aromos/);
});

test('what is not CSV, too short or empty is told with its line', () => {
  assert.match(refusal(header, good, 'Olla,1'), /line 3: needs 8 fields/);
  assert.match(refusal(header, `"${good}`), /line \d+: is not CSV/);
  assert.match(refusal(header), /has a header but no order/);
  assert.match(refusal(''), /header.*is missing|no order/);
});

test('a file that is not there is told by its flag', () => {
  assert.throws(() => readOrders(join(folder, 'none.csv')), /--csv .*none\.csv: cannot be read \(ENOENT\)/);
});
