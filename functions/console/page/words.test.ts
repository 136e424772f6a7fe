import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboardsWords } from './dashboardsWords.ts';
import { frameWords } from './frameWords.ts';
import { kafkaWords } from './kafkaWords.ts';
import { labWords } from './labWords.ts';
import { liveWords } from './liveWords.ts';
import { orderWords } from './orderWords.ts';
import { dateTime, figure, time } from './words.ts';
import type { WordTable } from './wordTable.ts';

const tables = [frameWords, liveWords, orderWords, kafkaWords, labWords, dashboardsWords];

function* pairs(table: WordTable, path = ''): Generator<readonly [string, readonly string[]]> {
  for (const [name, value] of Object.entries(table)) {
    if (Array.isArray(value)) yield [`${path}${name}`, value];
    else yield* pairs(value as WordTable, `${path}${name}.`);
  }
}

const places = (text = ''): string[] => (text.match(/\{\d\}/g) ?? []).sort();

test('each word of the page is said in both languages, with the same values in it', () => {
  for (const [name, pair] of tables.flatMap((table) => [...pairs(table)])) {
    assert.equal(pair.length, 2, name);
    assert.ok(pair.every(Boolean), name);
    assert.deepEqual(places(pair[0]), places(pair[1]), name);
  }
});

test('no two tables share a name', () => {
  const names = tables.flatMap((table) => Object.keys(table));
  assert.equal(new Set(names).size, names.length);
});

test('a figure is written as finely as its size wants it', () => {
  const written = [2030.4, 17.16, 6.875, 0.5444, 0.00136, 0, -9.96, null].map((value) => figure(value));
  assert.deepEqual(written, ['2.030', '17,2', '6,88', '0,544', '0,00136', '0', '-9,96', '–']);
  assert.deepEqual([figure(8.2e6, 'ns'), figure(1.67e9, 'ns')], ['8,2 ms', '1,67 s']);
});

test('a moment is written by 24 hours, with its date and without', () => {
  const afternoon = new Date(2026, 0, 2, 15, 4, 5).getTime();
  assert.match(time(afternoon), /^15:04:05$/);
  assert.match(dateTime(afternoon), /15:04:05$/);
});
