/** The Elasticsearch requests of a panel: the same that Lens makes of its saved object, for where no Kibana runs. */
import type { Across, Condition, Layer, Metric, Panel, Value } from './panels.ts';
import { byFrequency } from './panels.ts';

type Aggregation = Record<string, unknown>;

function clause(field: string, value: Value): object {
  if (typeof value === 'boolean') return { term: { [field]: value } };
  if (typeof value === 'object' && 'above' in value) return { range: { [field]: { gt: value.above } } };
  return { terms: { [field]: [value].flat() } };
}

/** The documents that fulfil a condition. */
export const matching = (condition: Condition = {}): object => ({
  bool: { filter: Object.entries(condition).map(([field, value]) => clause(field, value)) },
});

/** Which documents are asked for, and how finely. */
export type Scope = Readonly<{
  /** ms since 1970, and how many of them each interval of time has. */
  from: number;
  to: number;
  step: number;
  /** Of a histogram's bars, by field. */
  widths: Readonly<Record<string, number>>;
  /** What the controls let through, for the layers that listen to them. */
  filters: readonly object[];
}>;

const metricNames = { average: 'avg', sum: 'sum', min: 'min', max: 'max', unique_count: 'cardinality' } as const;

/** What a metric asks; a count is in every bucket already. */
function measured(metric: Metric): Aggregation | undefined {
  if (metric.of === 'count') return undefined;
  const { field } = metric;
  if (metric.of === 'percentile') return { percentiles: { field, percents: [metric.percentile] } };
  return { [metricNames[metric.of]]: { field } };
}

function metricAggregation(id: string, metric: Metric): Record<string, Aggregation> {
  const asked = measured(metric);
  if (metric.where) return { [id]: { filter: matching(metric.where), ...(asked && { aggs: { value: asked } }) } };
  return asked ? { [id]: asked } : {};
}

function bucket(group: Across, layer: Layer, { from, to, step, widths }: Scope): Aggregation {
  switch (group.by) {
    case 'time': {
      const [field, bounds] = ['@timestamp', { min: from, max: to - 1 }];
      return { date_histogram: { field, fixed_interval: `${step}ms`, min_doc_count: 0, extended_bounds: bounds } };
    }
    case 'histogram':
      return { histogram: { field: group.field, interval: widths[group.field] ?? 1, min_doc_count: 1 } };
    case 'terms': {
      const order = byFrequency(layer) ? { _count: 'desc' } : { _key: 'asc' };
      return { terms: { field: group.field, size: group.most, order } };
    }
    case 'filters':
      return { filters: { filters: group.groups.map(({ where }) => matching(where)) } };
  }
}

/** What a layer groups by, the outer first, each under the name that its buckets have in the answer. */
export const groupsOf = ({ split, across }: Layer) => [
  ...(split ? [{ id: 'split', group: split as Across }] : []),
  ...(across ? [{ id: 'x', group: across }] : []),
];
/** The name that a metric has in request and answer, by its place in the layer: `m1` for 0. */
export const metricId = (index: number): string => `m${index + 1}`;

/** Buckets lie within each other; every metric is asked in the innermost. */
function aggregations(layer: Layer, scope: Scope): Record<string, Aggregation> {
  const metrics = layer.metrics.map((metric, i) => metricAggregation(metricId(i), metric));
  return groupsOf(layer).reduceRight<Record<string, Aggregation>>(
    (within, { id, group }) => ({ [id]: { ...bucket(group, layer, scope), aggs: within } }),
    Object.assign({}, ...metrics),
  );
}

/** Documents of a time, among those that `conditions` let through. */
export const during = ({ from, to }: Readonly<{ from: number; to: number }>, ...conditions: readonly object[]) => ({
  bool: { filter: [{ range: { '@timestamp': { gte: from, lt: to, format: 'epoch_millis' } } }, ...conditions] },
});

/**
 * One request for each layer of a panel.
 * @param deaf whether a layer does not listen to the controls
 */
export const searchesOf = ({ layers }: Panel, scope: Scope, deaf: (layer: Layer) => boolean) =>
  layers.map((layer) => {
    const query = during(scope, matching(layer.where), ...(deaf(layer) ? [] : scope.filters));
    return {
      layer,
      index: layer.index,
      body: { size: 0, track_total_hits: true, query, aggs: aggregations(layer, scope) },
    };
  });
