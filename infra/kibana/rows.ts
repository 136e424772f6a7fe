/** Reads what Elasticsearch answers to a layer's search: the table that its chart is drawn from. */
import type { Cell, Column, Table } from '../../functions/console/drawnDashboard.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { isDuration } from './decimals.ts';
import type { Across, Layer, Metric } from './panels.ts';
import { groupsOf, metricId } from './queries.ts';

type Bucket = Readonly<{ doc_count: number; key?: string | number }> & Readonly<Record<string, unknown>>;
/** What is read of the answer; `total.value` counts all documents found, although none is returned. */
export type Answer = Readonly<{ hits: { total: { value: number } }; aggregations?: Record<string, unknown> }>;

type Row = Readonly<{ keys: readonly Cell[]; bucket: Bucket }>;
type Group = Readonly<{ id: string; group: Across }>;

/** The innermost buckets, each with the keys of those that it lies in; named groups have their names for keys. */
function rowsOf(row: Row, groups: readonly Group[], language: Language): Row[] {
  const [first, ...rest] = groups;
  if (!first) return [row];
  const { id, group } = first;
  const { buckets } = row.bucket[id] as { buckets: Bucket[] };
  const names = group.by === 'filters' ? group.groups.map(({ label }) => label[language]) : undefined;
  return buckets.flatMap((bucket, at) =>
    rowsOf({ keys: [...row.keys, names?.[at] ?? bucket.key ?? null], bucket }, rest, language),
  );
}

type Measured = { value?: number | null; values?: Record<string, number | null> };

function shown(id: string, metric: Metric, bucket: Bucket): number | null {
  const within = bucket[id] as (Bucket & Measured & { value?: Measured }) | undefined;
  if (metric.of === 'count') return metric.where ? (within?.doc_count ?? null) : bucket.doc_count;
  const measured = metric.where ? (within?.value as Measured) : within;
  const [percentile] = Object.values(measured?.values ?? {});
  return percentile ?? (measured?.value as number | null | undefined) ?? null;
}

const milliseconds = { s: 1000, m: 60_000 } as const;

/** What an interval of `step` ms holds, by the second or minute where the metric says so. */
const scaled = ({ per }: Metric, value: number | null, step: number): number | null =>
  per && value !== null ? (value * milliseconds[per]) / step : value;

const groupKinds = { time: 'time', histogram: 'number', terms: 'group', filters: 'group' } as const;

const groupHead = (group: Across, language: Language): Column => ({
  label: group.by === 'time' ? '@timestamp' : group.label[language],
  kind: groupKinds[group.by],
});

function metricHead(metric: Metric, language: Language): Column {
  const kind = ['count', 'sum', 'unique_count'].includes(metric.of) ? 'count' : 'measure';
  return { label: metric.label[language], kind, ...(isDuration(metric) && { unit: 'ns' }) };
}

/** @param step ms of each interval of time */
export function tableOf(layer: Layer, { hits, aggregations }: Answer, step: number, language: Language): Table {
  const groups = groupsOf(layer);
  const all = { ...aggregations, doc_count: hits.total.value };
  return {
    columns: [
      ...groups.map(({ group }) => groupHead(group, language)),
      ...layer.metrics.map((metric) => metricHead(metric, language)),
    ],
    rows: rowsOf({ keys: [], bucket: all }, groups, language).map(({ keys, bucket }) => [
      ...keys,
      ...layer.metrics.map((metric, i) => scaled(metric, shown(metricId(i), metric, bucket), step)),
    ]),
  };
}
