import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandNames } from '../../functions/orders/lifecycle.ts';
import { dashboards } from './dashboards/all.ts';
import type { Layer } from './panels.ts';
import { type Answer, tableOf } from './rows.ts';

function layerOf(dashboard: string, panel: string): Layer {
  const rows = dashboards.find(({ id }) => id === dashboard)?.rows ?? [];
  const found = rows.flatMap(({ panels }) => panels).find(({ id }) => id === panel);
  assert.ok(found);
  return found.layers[0];
}

const answer = (aggregations: Answer['aggregations'], value = 0): Answer => ({
  hits: { total: { value } },
  ...(aggregations && { aggregations }),
});

test('a count without groups is one cell: the documents that its filter leaves', () => {
  const table = tableOf(layerOf('orders', 'received'), answer({ m1: { doc_count: 7 } }, 99), 1000, 'en');
  assert.deepEqual(table, { columns: [{ label: 'Orders received', kind: 'count' }], rows: [[7]] });
});

test("named groups come in the panel's order, each with its keys, and durations say their unit", () => {
  const buckets = commandNames.map((_, doc_count) => ({
    doc_count,
    m2: { values: { '50.0': doc_count === 0 ? null : 5e6 } },
    m3: { values: { '95.0': doc_count === 0 ? null : 5e6 } },
    m4: { values: { '99.0': doc_count === 0 ? null : 5e6 } },
  }));
  const { columns, rows } = tableOf(layerOf('orders', 'latency'), answer({ x: { buckets } }), 1000, 'en');
  assert.deepEqual(columns.slice(0, 3), [
    { label: 'Transition', kind: 'group' },
    { label: 'Orders', kind: 'count' },
    { label: 'Latency p50', kind: 'measure', unit: 'ns' },
  ]);
  assert.deepEqual(rows[0], ['Order received', 0, null, null, null]);
  assert.deepEqual(rows[1], ['Processing→Preparing', 1, 5e6, 5e6, 5e6]);
});

test('what is told by the second is divided by the seconds of an interval', () => {
  const buckets = [{ key: 5000, doc_count: 40, m1: { doc_count: 20 }, m2: { doc_count: 0 } }];
  const { rows } = tableOf(layerOf('orders', 'throughput'), answer({ x: { buckets } }), 5000, 'en');
  assert.deepEqual(rows, [[5000, 4, 0]]);
});

test('groups within groups are rows of their own', () => {
  const time = (key: number, doc_count: number) => ({ key, doc_count });
  const split = { buckets: [{ key: 'ship', doc_count: 3, x: { buckets: [time(0, 1), time(1000, 2)] } }] };
  const { columns, rows } = tableOf(layerOf('functions', 'invocations'), answer({ split }), 1000, 'es');
  assert.deepEqual(
    columns.map(({ kind }) => kind),
    ['group', 'time', 'count'],
  );
  assert.deepEqual(rows, [
    ['ship', 0, 1],
    ['ship', 1000, 2],
  ]);
});
