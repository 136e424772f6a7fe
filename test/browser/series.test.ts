import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Panel, Table } from '../../functions/console/dashboards.ts';
import { root } from '../system/service.ts';

type Series = { label: string; group?: string; values: (number | null)[] };
type Read = { xs: unknown[]; series: Series[] };
type Module = {
  seriesOf(panel: Pick<Panel, 'tables'>): Read;
  isEmpty(read: Read): boolean;
  bridged(values: (number | null)[]): (number | null | undefined)[];
  stacked(series: Series[]): number[][];
  highest(series: Pick<Series, 'values'>): number | null;
};

const { seriesOf, isEmpty, bridged, stacked, highest }: Module = await import(
  join(root, 'functions/console/page/series.js')
);

const time = { label: '@timestamp', kind: 'time' } as const;
const state = { label: 'State', kind: 'group' } as const;
const orders = { label: 'Orders', kind: 'count' } as const;
const wait = { label: 'Wait', kind: 'measure' } as const;
const read = (...tables: Table[]): Read => seriesOf({ tables });
const valuesOf = ({ series }: Read) => Object.fromEntries(series.map(({ label, values }) => [label, values]));

test('each figure is a series, over the places of all tables', () => {
  const found = read(
    { columns: [time, orders], rows: [[2000, 3]] },
    {
      columns: [time, wait],
      rows: [
        [1000, null],
        [2000, 7.5],
      ],
    },
  );
  assert.deepEqual(found.xs, [1000, 2000]);
  assert.deepEqual(valuesOf(found), { Orders: [null, 3], Wait: [null, 7.5] });
});

test('each group is a series, and is left out where nothing is told of it', () => {
  const rows = [
    ['ship', 1000, 1],
    ['ship', 2000, 0],
    ['cancel', 1000, 0],
    ['cancel', 2000, 0],
  ];
  const found = read({ columns: [state, time, orders], rows });
  assert.deepEqual(valuesOf(found), { ship: [1, 0] });
  assert.equal(found.series[0]?.group, 'ship');
});

test('groups of several figures are told apart by both', () => {
  const found = read({ columns: [state, time, orders, wait], rows: [['ship', 1000, 1, 4]] });
  assert.deepEqual(Object.keys(valuesOf(found)), ['ship · Orders', 'ship · Wait']);
});

test('nothing counted is nothing, and a measured 0 is something', () => {
  assert.equal(isEmpty(read({ columns: [time, orders], rows: [[1000, 0]] })), true);
  assert.equal(isEmpty(read({ columns: [time, wait], rows: [[1000, null]] })), true);
  assert.equal(isEmpty(read({ columns: [time, wait], rows: [[1000, 0]] })), false);
  assert.equal(isEmpty(read({ columns: [state, time, orders], rows: [] })), true);
});

test('a line goes on over a short gap, ends before a long one, and does not begin before its first value', () => {
  const gap = (length: number) => Array.from({ length }, () => null);
  assert.deepEqual(bridged([null, 1, null, 2, null]), [null, 1, undefined, 2, null]);
  assert.deepEqual(bridged([1, ...gap(12), 2]), [1, ...gap(12), 2]);
});

test('stacked, each series lies on those that follow it', () => {
  const series = [
    { label: 'a', values: [1, null] },
    { label: 'b', values: [2, 3] },
  ];
  assert.deepEqual(stacked(series), [
    [3, 3],
    [2, 3],
  ]);
});

test('the highest of a series can be below 0, or missing', () => {
  assert.equal(highest({ values: [null, -3, -1] }), -1);
  assert.equal(highest({ values: [null] }), null);
});
