/**
 * The Elasticsearch requests that Lens would send for a saved panel, made from the saved object alone, so that every
 * panel can be tried where no Kibana runs. An operation that the minimal Elasticsearch lacks is not known here.
 */
import { z } from 'zod';
import { toElasticsearch } from './kqlQuery.ts';

const query = z.object({ query: z.string(), language: z.literal('kuery') });
const common = { label: z.string().min(1), sourceField: z.string().min(1) };
const narrowed = { ...common, filter: query.optional(), timeScale: z.enum(['s', 'm']).optional() };

const columnSchema = z.discriminatedUnion('operationType', [
  z.object({ ...common, operationType: z.literal('date_histogram') }),
  z.object({ ...common, operationType: z.literal('range'), params: z.object({ type: z.literal('histogram') }) }),
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
  z.object({ ...narrowed, operationType: z.literal('count'), sourceField: z.literal('___records___') }),
  z.object({ ...narrowed, operationType: z.enum(['average', 'sum', 'min', 'max', 'unique_count']) }),
  z.object({ ...narrowed, operationType: z.literal('percentile'), params: z.object({ percentile: z.number() }) }),
]);
export type Column = z.infer<typeof columnSchema>;

const layerSchema = z.object({ columns: z.record(z.string(), columnSchema), columnOrder: z.array(z.string()).min(1) });
const reference = z.object({ type: z.string(), id: z.string(), name: z.string() });

export const lensSchema = z.object({
  type: z.literal('lens'),
  id: z.string(),
  attributes: z.object({
    title: z.string().min(1),
    visualizationType: z.enum(['lnsXY', 'lnsMetric', 'lnsDatatable']),
    state: z.object({
      query,
      datasourceStates: z.object({ formBased: z.object({ layers: z.record(z.string(), layerSchema) }) }),
    }),
  }),
  references: z.array(reference),
});
export type Lens = z.infer<typeof lensSchema>;
type Layer = z.infer<typeof layerSchema>;
type Aggregation = Record<string, unknown>;

const bucketed = ['date_histogram', 'range', 'terms', 'filters'];
export const isBucketed = ({ operationType }: Column): boolean => bucketed.includes(operationType);

const metricNames = { average: 'avg', sum: 'sum', min: 'min', max: 'max', unique_count: 'cardinality' } as const;

/** What a metric column asks; a count is in every bucket already. */
function metric(column: Column): Aggregation | undefined {
  if (column.operationType === 'percentile') {
    return { percentiles: { field: column.sourceField, percents: [column.params.percentile] } };
  }
  const name = metricNames[column.operationType as keyof typeof metricNames];
  return name && 'sourceField' in column ? { [name]: { field: column.sourceField } } : undefined;
}

/** A metric column as an aggregation under the name of the column. */
function measured(id: string, column: Column): Record<string, Aggregation> {
  const asked = metric(column);
  const filter = 'filter' in column && column.filter;
  if (filter) {
    return { [id]: { filter: toElasticsearch(filter.query), ...(asked && { aggs: { value: asked } }) } };
  }
  return asked ? { [id]: asked } : {};
}

/** Kibana chooses the widths of intervals by the range and the screen; any will do to see that there are rows. */
const widths = { date_histogram: '5s', range: 1 } as const;

function bucket(column: Column): Aggregation {
  switch (column.operationType) {
    case 'date_histogram':
      return { date_histogram: { field: column.sourceField, fixed_interval: widths.date_histogram, min_doc_count: 0 } };
    case 'range':
      return { histogram: { field: column.sourceField, interval: widths.range, min_doc_count: 1 } };
    case 'terms': {
      const { size, orderBy, orderDirection } = column.params;
      const key = orderBy.type === 'column' ? '_count' : '_key';
      return { terms: { field: column.sourceField, size, order: { [key]: orderDirection } } };
    }
    case 'filters': {
      const filters = column.params.filters.map(({ label, input }) => [label, toElasticsearch(input.query)]);
      return { filters: { filters: Object.fromEntries(filters) } };
    }
    default:
      throw new Error(`${column.operationType} makes no buckets`);
  }
}

/** Buckets lie within each other in the layer's order; every metric is asked in the innermost. */
function aggregations({ columns, columnOrder }: Layer): Record<string, Aggregation> {
  const ordered = columnOrder.map((id) => [id, columns[id] as Column] as const);
  const metrics = ordered.filter(([, column]) => !isBucketed(column));
  const innermost = Object.assign({}, ...metrics.map(([id, column]) => measured(id, column)));
  return ordered
    .filter(([, column]) => isBucketed(column))
    .reduceRight((within, [id, column]) => ({ [id]: { ...bucket(column), aggs: within } }), innermost);
}

/** One request for each layer of a panel. */
export type Search = Readonly<{
  layer: Layer;
  /** Id of the data view. */
  dataView: string;
  /** Body of a search: totals and aggregations by column id. */
  body: Readonly<{ size: 0; track_total_hits: true; query: object; aggs: Record<string, Aggregation> }>;
}>;

export function searchesOf({ attributes: { state }, references }: Lens): Search[] {
  return Object.entries(state.datasourceStates.formBased.layers).map(([id, layer]) => {
    const view = references.find(({ name }) => name === `indexpattern-datasource-layer-${id}`);
    if (!view) throw new Error(`layer ${id} names no data view`);
    const body = {
      size: 0,
      track_total_hits: true,
      query: toElasticsearch(state.query.query),
      aggs: aggregations(layer),
    } as const;
    return { layer, dataView: view.id, body };
  });
}
