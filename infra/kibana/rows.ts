/** Reads what Elasticsearch answers to a panel's search: the table that Lens draws from. */
import type { Cell, Column as Shown, Table } from '../../functions/console/dashboards.ts';
import { type Column, columnsOf, type Layer } from './queries.ts';

type Bucket = Readonly<{ doc_count: number; key?: string | number }> & Readonly<Record<string, unknown>>;
export type Answer = Readonly<{ hits: { total: { value: number } }; aggregations?: Record<string, unknown> }>;

type Row = Readonly<{ keys: readonly Cell[]; bucket: Bucket }>;

/** Elasticsearch sorts named groups by their names; people want them in the order of the panel. */
function bucketsOf(column: Column, buckets: unknown): (readonly [Cell, Bucket])[] {
  if (column.operationType === 'filters') {
    const byLabel = buckets as Record<string, Bucket>;
    return column.params.filters.map(({ label }) => [label, byLabel[label] as Bucket]);
  }
  return (buckets as Bucket[]).map((bucket) => [bucket.key ?? null, bucket]);
}

/** The innermost buckets, each with the keys of those that it lies in. */
function rowsOf(row: Row, groups: readonly { id: string; column: Column }[]): Row[] {
  const [group, ...rest] = groups;
  if (!group) return [row];
  const { buckets } = row.bucket[group.id] as { buckets: unknown };
  return bucketsOf(group.column, buckets).flatMap(([key, bucket]) =>
    rowsOf({ keys: [...row.keys, key], bucket }, rest),
  );
}

type Measured = { value?: number | null; values?: Record<string, number | null> };

/** What a column shows in a row. */
function shown(id: string, column: Column, row: Bucket): number | null {
  const within = row[id] as (Bucket & Measured & { value?: Measured }) | undefined;
  const filtered = 'filter' in column && column.filter;
  if (column.operationType === 'count') return filtered ? (within?.doc_count ?? null) : row.doc_count;
  const measured = filtered ? (within?.value as Measured) : within;
  const [percentile] = Object.values(measured?.values ?? {});
  return percentile ?? (measured?.value as number | null | undefined) ?? null;
}

const milliseconds = { s: 1000, m: 60_000 } as const;

/** What an interval of `step` ms holds, by the second or minute where the column says so. */
function scaled(column: Column, value: number | null, step: number): number | null {
  const scale = 'timeScale' in column && column.timeScale;
  return scale && value !== null ? (value * milliseconds[scale]) / step : value;
}

const groupKinds = { date_histogram: 'time', range: 'number', terms: 'group', filters: 'group' } as const;
const counted = ['count', 'sum', 'unique_count'];

function head(column: Column): Shown {
  const { label, operationType } = column;
  if (operationType in groupKinds) return { label, kind: groupKinds[operationType as keyof typeof groupKinds] };
  const kind = counted.includes(operationType) ? 'count' : 'measure';
  const duration = 'sourceField' in column && column.sourceField === 'event.duration';
  return { label, kind, ...(duration && { unit: 'ns' }) };
}

/** @param step ms of each interval of time */
export function tableOf(layer: Layer, { hits, aggregations }: Answer, step: number): Table {
  const { groups, metrics } = columnsOf(layer);
  const all = { ...aggregations, doc_count: hits.total.value };
  return {
    columns: [...groups, ...metrics].map(({ column }) => head(column)),
    rows: rowsOf({ keys: [], bucket: all }, groups).map(({ keys, bucket }) => [
      ...keys,
      ...metrics.map(({ id, column }) => scaled(column, shown(id, column, bucket), step)),
    ]),
  };
}
