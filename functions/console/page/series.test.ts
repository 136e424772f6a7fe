import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '../drawnDashboard.ts';
import { highest, isEmpty, isolated, type Read, seriesOf, stacked } from './series.ts';

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

test('a value between two pauses is a point, because no line goes to it', () => {
  assert.deepEqual(isolated([1, null, 2, 3, null, 4]), [0, 5]);
  assert.deepEqual(isolated([null, 1, 2, null]), []);
  assert.deepEqual(isolated([7]), [0]);
});

test('stacked, each series lies on those before it, as in Kibana', () => {
  const series = [{ values: [1, null] }, { values: [2, 3] }];
  assert.deepEqual(stacked(series), [
    [1, 0],
    [3, 3],
  ]);
});

test('the highest of a series can be below 0, or missing', () => {
  assert.equal(highest({ values: [null, -3, -1] }), -1);
  assert.equal(highest({ values: [null] }), null);
});
