import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { distributionNames } from '../../scripts/load/distributions.ts';
import { root } from '../system/service.ts';

type Table = { [name: string]: Table | [string, string] };

const folder = join(root, 'functions/console/page');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
const tables = await Promise.all(
  scripts
    .filter((name) => name.endsWith('Words.js'))
    .map(async (name) => Object.values(await import(join(folder, name)))[0] as Table),
);
const all = Object.assign({}, ...tables) as Table;

function* pairs(table: Table, path = ''): Generator<[string, unknown[]]> {
  for (const [name, value] of Object.entries(table)) {
    if (Array.isArray(value)) yield [`${path}${name}`, value];
    else yield* pairs(value, `${path}${name}.`);
  }
}

const places = (text: unknown): string[] => (String(text).match(/\{\d\}/g) ?? []).sort();

test('each word of the page is said in both languages, with the same values in it', () => {
  for (const [name, pair] of pairs(all)) {
    assert.equal(pair.length, 2, name);
    assert.ok(
      pair.every((text) => typeof text === 'string' && text !== ''),
      name,
    );
    assert.deepEqual(places(pair[0]), places(pair[1]), name);
  }
});

test('no two tables share a name, and the page uses no word that is in none', () => {
  const names = tables.flatMap((table) => Object.keys(table));
  assert.equal(new Set(names).size, names.length);
  for (const script of scripts) {
    const used = readFileSync(join(folder, script), 'utf8').matchAll(/\bwords\.(\w+)(?!\.js)/g);
    for (const [, name = ''] of used) if (name !== 'js') assert.ok(names.includes(name), `${script}: ${name}`);
  }
});

test('every distribution that a load can have is offered', () => {
  assert.deepEqual(Object.keys(all.distributions ?? {}).sort(), [...distributionNames].sort());
});

test('a figure is written as finely as its size wants it', async () => {
  type Words = { figure(value: number | null, unit?: 'ns'): string };
  const { figure }: Words = await import(join(folder, 'words.js'));
  const written = [2030.4, 17.16, 6.875, 0.5444, 0.00136, 0, -9.96, null].map((value) => figure(value));
  assert.deepEqual(written, ['2.030', '17,2', '6,88', '0,544', '0,00136', '0', '-9,96', '–']);
  assert.deepEqual([figure(8.2e6, 'ns'), figure(1.67e9, 'ns')], ['8,2 ms', '1,67 s']);
});
