/**
 * The Elasticsearch requests that Lens would send for a saved panel, made from the saved object alone: what the
 * console asks must be the same. An operation that the minimal Elasticsearch lacks is not known here.
 */
import { z } from 'zod';
import { toElasticsearch } from './kqlQuery.fixture.ts';
import { during, type Scope } from './queries.ts';

const query = z.object({ query: z.string(), language: z.literal('kuery') });
const common = { label: z.string().min(1), sourceField: z.string().min(1) };
const narrowed = { ...common, filter: query.optional(), timeScale: z.enum(['s', 'm']).optional() };
const format = z.object({ id: z.literal('number'), params: z.object({ decimals: z.number().int() }) }).optional();
const written = { params: z.object({ format }) };

const columnSchema = z.discriminatedUnion('operationType', [
  z.object({ ...common, operationType: z.literal('date_histogram') }),
  z.object({
    ...common,
    operationType: z.literal('range'),
    params: z.object({ type: z.literal('histogram'), maxBars: z.union([z.number(), z.literal('auto')]) }),
  }),
  z.object({
    ...common,
    operationType: z.literal('terms'),
    params: z.object({
      size: z.number().int().positive(),
      orderBy: z.discriminatedUnion('type', [
        z.object({ type: z.literal('column'), columnId: z.string() }),
        z.object({ type: z.literal('alphabetical') }),
      ]),
      orderDirection: z.enum(['asc', 'desc']),
    }),
  }),
  z.object({
    label: common.label,
    operationType: z.literal('filters'),
    params: z.object({ filters: z.array(z.object({ label: z.string().min(1), input: query })).min(1) }),
  }),
  z.object({ ...narrowed, ...written, operationType: z.literal('count'), sourceField: z.literal('___records___') }),
  z.object({ ...narrowed, ...written, operationType: z.enum(['average', 'sum', 'min', 'max', 'unique_count']) }),
  z.object({
    ...narrowed,
    operationType: z.literal('percentile'),
    params: z.object({ percentile: z.number(), format }),
  }),
]);
export type Column = z.infer<typeof columnSchema>;

const layerSchema = z.object({
  columns: z.record(z.string(), columnSchema),
  columnOrder: z.array(z.string()).min(1),
  ignoreGlobalFilters: z.boolean().default(false),
});
const reference = z.object({ type: z.string(), id: z.string(), name: z.string() });

const visualization = z.object({
  layers: z.array(z.object({ seriesType: z.string() })).optional(),
  axisTitlesVisibilitySettings: z.object({ x: z.boolean(), yLeft: z.boolean(), yRight: z.boolean() }).optional(),
  legend: z.object({ legendSize: z.string(), shouldTruncate: z.boolean() }).optional(),
  fittingFunction: z.string().optional(),
  columns: z
    .array(z.object({ columnId: z.string(), alignment: z.string().optional(), width: z.number().optional() }))
    .optional(),
  headerRowHeight: z.string().optional(),
});

export const lensSchema = z.object({
  type: z.literal('lens'),
  id: z.string(),
  attributes: z.object({
    title: z.string().min(1),
    visualizationType: z.enum(['lnsXY', 'lnsMetric', 'lnsDatatable']),
    state: z.object({
      query,
      visualization,
      datasourceStates: z.object({ formBased: z.object({ layers: z.record(z.string(), layerSchema) }) }),
    }),
  }),
  references: z.array(reference),
});
export type Lens = z.infer<typeof lensSchema>;
export type Layer = z.infer<typeof layerSchema>;
type Aggregation = Record<string, unknown>;

const bucketed = ['date_histogram', 'range', 'terms', 'filters'];
const isBucketed = ({ operationType }: Column): boolean => bucketed.includes(operationType);

const metricNames = { average: 'avg', sum: 'sum', min: 'min', max: 'max', unique_count: 'cardinality' } as const;

/** What a metric column asks; a count is in every bucket already. */
function metric(column: Column): Aggregation | undefined {
  if (column.operationType === 'percentile') {
    return { percentiles: { field: column.sourceField, percents: [column.params.percentile] } };
  }
  const name = metricNames[column.operationType as keyof typeof metricNames];
  return name && 'sourceField' in column ? { [name]: { field: column.sourceField } } : undefined;
}

function measured(id: string, column: Column): Record<string, Aggregation> {
  const asked = metric(column);
  const filter = 'filter' in column && column.filter;
  if (filter) {
    return { [id]: { filter: toElasticsearch(filter.query), ...(asked && { aggs: { value: asked } }) } };
  }
  return asked ? { [id]: asked } : {};
}

function bucket(column: Column, { from, to, step, widths }: Scope): Aggregation {
  switch (column.operationType) {
    case 'date_histogram': {
      const bounds = { min: from, max: to - 1 };
      const field = column.sourceField;
      return { date_histogram: { field, fixed_interval: `${step}ms`, min_doc_count: 0, extended_bounds: bounds } };
    }
    case 'range':
      return { histogram: { field: column.sourceField, interval: widths[column.sourceField] ?? 1, min_doc_count: 1 } };
    case 'terms': {
      const { size, orderBy, orderDirection } = column.params;
      const key = orderBy.type === 'column' ? '_count' : '_key';
      return { terms: { field: column.sourceField, size, order: { [key]: orderDirection } } };
    }
    case 'filters': {
      return { filters: { filters: column.params.filters.map(({ input }) => toElasticsearch(input.query)) } };
    }
    default:
      throw new Error(`${column.operationType} makes no buckets`);
  }
}

/** The columns in the layer's order: first the groups, then what is measured in each. */
export function columnsOf({ columns, columnOrder }: Layer) {
  const ordered = columnOrder.map((id) => ({ id, column: columns[id] as Column }));
  return {
    groups: ordered.filter(({ column }) => isBucketed(column)),
    metrics: ordered.filter(({ column }) => !isBucketed(column)),
  };
}

/** Buckets lie within each other in the layer's order; every metric is asked in the innermost. */
function aggregations(layer: Layer, layerId: string, scope: Scope): Record<string, Aggregation> {
  // In a request of its own a layer's columns need not be told from another's.
  const short = (id: string): string => id.slice(layerId.length);
  const { groups, metrics } = columnsOf(layer);
  const innermost = Object.assign({}, ...metrics.map(({ id, column }) => measured(short(id), column)));
  return groups.reduceRight(
    (within, { id, column }) => ({ [short(id)]: { ...bucket(column, scope), aggs: within } }),
    innermost,
  );
}

/** Each layer of a panel with the id of its data view. */
export const layersOf = ({ attributes: { state }, references }: Lens) =>
  Object.entries(state.datasourceStates.formBased.layers).map(([id, layer]) => {
    const view = references.find(({ name }) => name === `indexpattern-datasource-layer-${id}`);
    if (!view) throw new Error(`layer ${id} names no data view`);
    return { id, layer, dataView: view.id };
  });

/** One request for each layer of a panel. */
export const savedSearches = (lens: Lens, scope: Scope) =>
  layersOf(lens).map(({ id, layer, dataView }) => {
    const own = toElasticsearch(lens.attributes.state.query.query);
    const query = during(scope, own, ...(layer.ignoreGlobalFilters ? [] : scope.filters));
    return { dataView, body: { size: 0, track_total_hits: true, query, aggs: aggregations(layer, id, scope) } };
  });
