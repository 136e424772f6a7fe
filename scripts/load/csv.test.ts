import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { readOrders } from './csv.ts';

const folder = ownFolder();

const header = 'nombre_producto,precio,pasarela_pago,marca_tarjeta,banco,region,direccion,correo';
const good = 'Olla de greda,14990.50,Webpay Plus,Visa,BCI,Maule,"Los Aromos 1, Talca",ana@example.com';

function file(...lines: string[]): string {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, lines.join('\r\n'));
  return path;
}

function bytes(content: Buffer): string {
  const path = join(folder, 'bytes.csv');
  writeFileSync(path, content);
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
  assert.match(refusal(''), /orders\.csv: is empty/);
});

test('a file that is not there is told by its flag', () => {
  assert.throws(() => readOrders(join(folder, 'none.csv')), /--csv .*none\.csv: cannot be read \(ENOENT\)/);
});

const semicolons = (line: string) => line.replace('"Los Aromos 1, Talca"', 'Los Aromos 1 Talca').replaceAll(',', ';');
const withPrice = (price: string) => good.replace('14990.50', `"${price}"`);

test('what a Spanish spreadsheet writes is read: semicolons, tabs, its own first line, UTF-16, blank rows and columns', () => {
  const [order] = readOrders(file(header, good.replace('"Los Aromos 1, Talca"', 'Los Aromos 1 Talca')));
  const row = semicolons(good).replace('14990.50', '14990,50');
  const variants = [
    [semicolons(header), row],
    ['sep=;', semicolons(header), row],
    [header, good].map((line) => semicolons(line).replaceAll(';', '\t')),
    [`${semicolons(header)};;`, `${row};;`, ';;;;;;;;;'],
    [semicolons(header).toUpperCase(), row, ';;;;;;;'],
    [header, good].map((line) => semicolons(line).replaceAll(';', '|')),
    [semicolons(header).replace('direccion', 'Dirección').replace('nombre_', 'Nombre '), row],
    [`${semicolons(header)}\r${row}`],
  ];
  for (const lines of variants) assert.deepEqual(readOrders(file(...lines)), [order], lines.join('|'));
  const wide = Buffer.from(`\uFEFF${semicolons(header)}\r\n${row}\r\n`, 'utf16le');
  assert.deepEqual(readOrders(bytes(wide)), [order]);
});

test('a file in another encoding is refused with what to do, and not taken with broken accents', () => {
  const latin = Buffer.from(`${header}\n${good.replace('Olla', 'Poler\xf3n')}`, 'latin1');
  assert.throws(() => readOrders(bytes(latin)), /bytes\.csv: is not UTF-8.*CSV UTF-8/);
});

for (const [text, price] of [
  ['12990', 12_990],
  ['12990,5', 12_990.5],
  ['12.990,50', 12_990.5],
  ['12,990.50', 12_990.5],
  ['1.299.990', 1_299_990],
  ['1,299,990', 1_299_990],
  ['0.125', 0.125],
] as const) {
  test(`a price of ${text} is ${price}`, () => {
    assert.equal(readOrders(file(header, withPrice(text)))[0]?.price, price);
  });
}

for (const text of ['12.990', '12,990', '1.500']) {
  test(`a price of ${text} can be read in two ways and is refused`, () => {
    assert.match(refusal(header, withPrice(text)), /line 2: precio: ".*" can be read in two ways: write \d+ or/);
  });
}

for (const text of ['0x10', '1e5', '1.29.990', '12 990', '-1', '0', 'Infinity', '1,2,3']) {
  test(`a price of ${text} is none`, () => {
    assert.match(refusal(header, withPrice(text)), /precio: ".*" is not a price above 0/);
  });
}

test('a cell may hold the sign for inches; one under no name is told', () => {
  assert.equal(readOrders(file(header, good.replace('Olla de greda', 'Monitor 24"')))[0]?.product, 'Monitor 24"');
  assert.match(refusal(`${header},`, `${good},x`), /line 2: column 9 has a value, and no name in the header/);
});

test('orders are read from JSON too, an object a line or a list, by the names of the columns', () => {
  const [order] = readOrders(file(header, good));
  const cells = good.match(/"[^"]*"|[^,]+/g)?.map((cell) => cell.replaceAll('"', '')) ?? [];
  const json = Object.fromEntries(header.split(',').map((name, index) => [name, cells[index]]));
  const numbered = { ...json, precio: 14_990.5 };
  assert.deepEqual(readOrders(file(JSON.stringify(json), '', JSON.stringify(numbered))), [order, order]);
  assert.deepEqual(readOrders(file(JSON.stringify([json, numbered], null, 2))), [order, order]);
  assert.equal(readOrders(file(JSON.stringify({ ...json, precio: 12.125 })))[0]?.price, 12.125);
});

test('what is wrong in a line of JSON is told by line and column, without its address or e-mail', () => {
  const row = { nombre_producto: 'Olla', precio: '12.990', correo: 'secreto@example.com' };
  const message = refusal(JSON.stringify(row));
  assert.match(message, /line 1: .*precio: "12.990" can be read in two ways.*banco: /);
  assert.match(refusal(JSON.stringify({ ...row, price: 1 })), /line 1: price has a value, and no name/);
  assert.match(refusal('{}', '{"correo": "secreto'), /line 1|line 2: is no object/);
  assert.match(refusal('[1]'), /line 1: is no object in JSON/);
  assert.doesNotMatch(message, /secreto/);
});
