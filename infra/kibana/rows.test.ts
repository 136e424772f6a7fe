import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardOf } from './board.ts';
import { layersOf } from './queries.ts';
import { type Answer, tableOf } from './rows.ts';

function layerOf(dashboard: string, panel: string) {
  const lens = boardOf(dashboard, 'en')
    ?.rows.flat()
    .find(({ id }) => id === panel)?.lens;
  assert.ok(lens);
  const [first] = layersOf(lens);
  assert.ok(first);
  return first.layer;
}

const answer = (aggregations: Answer['aggregations'], value = 0): Answer => ({
  hits: { total: { value } },
  ...(aggregations && { aggregations }),
});

test('a count without groups is one cell: the documents that its filter leaves', () => {
  const table = tableOf(layerOf('orders', 'received'), answer({ m1: { doc_count: 7 } }, 99), 1000);
  assert.deepEqual(table, { columns: [{ label: 'Orders received', kind: 'count' }], rows: [[7]] });
});

test("named groups come in the panel's order, each with its keys, and durations say their unit", () => {
  const bucket = (doc_count: number, p: number | null) => ({
    doc_count,
    m2: { values: { '50.0': p } },
    m3: { values: { '95.0': p } },
    m4: { values: { '99.0': p } },
  });
  const names = ['Order cancelled', 'Failed delivery', 'Order received', 'Processing→Preparing'];
  const more = ['Preparing→Shipped', 'Shipped→Delivered', 'Delivered→Completed'];
  const buckets = Object.fromEntries([...names, ...more].map((name, i) => [name, bucket(i, i === 0 ? null : 5e6)]));
  const { columns, rows } = tableOf(layerOf('orders', 'latency'), answer({ x: { buckets } }), 1000);
  assert.deepEqual(columns.slice(0, 3), [
    { label: 'Transition', kind: 'group' },
    { label: 'Orders', kind: 'count' },
    { label: 'Latency p50', kind: 'measure', unit: 'ns' },
  ]);
  assert.deepEqual(rows[0], ['Order received', 2, 5e6, 5e6, 5e6]);
  assert.deepEqual(rows.at(-1), ['Order cancelled', 0, null, null, null]);
});

test('what is told by the second is divided by the seconds of an interval', () => {
  const buckets = [{ key: 5000, doc_count: 40, m1: { doc_count: 20 }, m2: { doc_count: 0 } }];
  const { rows } = tableOf(layerOf('orders', 'throughput'), answer({ x: { buckets } }), 5000);
  assert.deepEqual(rows, [[5000, 4, 0]]);
});

test('groups within groups are rows of their own', () => {
  const time = (key: number, doc_count: number) => ({ key, doc_count });
  const split = { buckets: [{ key: 'ship', doc_count: 3, x: { buckets: [time(0, 1), time(1000, 2)] } }] };
  const { columns, rows } = tableOf(layerOf('functions', 'invocations'), answer({ split }), 1000);
  assert.deepEqual(
    columns.map(({ kind }) => kind),
    ['group', 'time', 'count'],
  );
  assert.deepEqual(rows, [
    ['ship', 0, 1],
    ['ship', 1000, 2],
  ]);
});
