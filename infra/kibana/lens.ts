/** Panels as Lens saved objects, in the form that Kibana 8.12 writes and every later one reads. */
import type { Index } from '../../functions/metrics/fields.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { kql } from './kql.ts';
import type { Across, Condition, Groups, Layer, Metric, Panel } from './panels.ts';

/** In which language, of which data views, and which layers do not listen to the dashboard's controls. */
export type Setting = Readonly<{
  language: Language;
  dataView(index: Index): string;
  deaf(layer: Layer): boolean;
}>;

const query = (condition?: Condition) => ({ query: kql(condition), language: 'kuery' });

const termsColumn = (label: string, { field, most }: Groups & { by: 'terms' }, largest: string | undefined) => ({
  label,
  customLabel: true,
  dataType: 'string',
  operationType: 'terms',
  scale: 'ordinal',
  sourceField: field,
  isBucketed: true,
  params: {
    size: most,
    orderBy: largest ? { type: 'column', columnId: largest } : { type: 'alphabetical', fallback: false },
    orderDirection: largest ? 'desc' : 'asc',
    otherBucket: false,
    missingBucket: false,
    parentFormat: { id: 'terms' },
    include: [],
    exclude: [],
    includeIsRegex: false,
    excludeIsRegex: false,
  },
});

const filtersColumn = (label: string, { groups }: Groups & { by: 'filters' }, language: Language) => ({
  label,
  customLabel: true,
  dataType: 'string',
  operationType: 'filters',
  scale: 'ordinal',
  isBucketed: true,
  params: { filters: groups.map(({ label, where }) => ({ label: label[language], input: query(where) })) },
});

const timeColumn = {
  label: '@timestamp',
  dataType: 'date',
  operationType: 'date_histogram',
  sourceField: '@timestamp',
  isBucketed: true,
  scale: 'interval',
  params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
};

const histogramColumn = (label: string, field: string) => ({
  label,
  customLabel: true,
  dataType: 'number',
  operationType: 'range',
  sourceField: field,
  isBucketed: true,
  scale: 'interval',
  params: {
    includeEmptyRows: false,
    type: 'histogram',
    ranges: [{ from: 0, to: 1000, label: '' }],
    maxBars: 'auto',
  },
});

/** @param largest the column that decides which values come first; without it they come by name */
function bucketColumn(across: Across, largest: string | undefined, language: Language) {
  if (across.by === 'time') return timeColumn;
  const label = across.label[language];
  if (across.by === 'histogram') return histogramColumn(label, across.field);
  return across.by === 'terms' ? termsColumn(label, across, largest) : filtersColumn(label, across, language);
}

/** Nothing counted is 0; nothing to average is nothing. */
function metricColumn(metric: Metric, language: Language) {
  const counted = ['count', 'sum', 'unique_count'].includes(metric.of);
  return {
    label: metric.label[language],
    customLabel: true,
    dataType: 'number',
    operationType: metric.of,
    isBucketed: false,
    scale: 'ratio',
    sourceField: metric.of === 'count' ? '___records___' : metric.field,
    ...(metric.where && { filter: query(metric.where) }),
    ...(metric.per && { timeScale: metric.per }),
    params: metric.of === 'percentile' ? { percentile: metric.percentile } : { emptyAsNull: !counted },
  };
}

const metricId = (index: number): string => `m${index + 1}`;
const layerId = (index: number): string => `l${index + 1}`;

/** The most frequent values come first where the first metric counts all documents; else they come by name. */
const largestOf = ({ metrics: [first] }: Layer) => (first.of === 'count' && !first.where ? metricId(0) : undefined);

function dataLayer(layer: Layer, { language, deaf }: Setting) {
  const { across, split, metrics } = layer;
  const largest = largestOf(layer);
  const buckets = [
    ...(split ? [['split', bucketColumn(split, largest, language)] as const] : []),
    ...(across ? [['x', bucketColumn(across, largest, language)] as const] : []),
  ];
  const columns = [...buckets, ...metrics.map((metric, i) => [metricId(i), metricColumn(metric, language)] as const)];
  return {
    columns: Object.fromEntries(columns),
    columnOrder: columns.map(([id]) => id),
    incompleteColumns: {},
    ...(deaf(layer) && { ignoreGlobalFilters: true }),
  };
}

const seriesTypes = { line: 'line', area: 'area_stacked', bar: 'bar_stacked', row: 'bar_horizontal' } as const;

function chart(shape: keyof typeof seriesTypes, layers: readonly Layer[]) {
  const seriesType = seriesTypes[shape];
  return {
    legend: { isVisible: true, position: 'right' },
    valueLabels: 'hide',
    preferredSeriesType: seriesType,
    // Lines go on over intervals in which nothing happened.
    ...(shape === 'line' && { fittingFunction: 'Linear' }),
    layers: layers.map(({ split, metrics }, index) => ({
      layerId: layerId(index),
      accessors: metrics.map((_, i) => metricId(i)),
      position: 'top',
      seriesType,
      showGridlines: false,
      layerType: 'data',
      xAccessor: 'x',
      ...(split && { splitAccessor: 'split' }),
    })),
  };
}

function visualization({ shape, layers }: Panel): { type: string; state: object } {
  const one = { layerId: layerId(0), layerType: 'data' };
  if (shape === 'number') return { type: 'lnsMetric', state: { ...one, metricAccessor: metricId(0) } };
  if (shape !== 'table') return { type: 'lnsXY', state: chart(shape, layers) };
  const { split, metrics } = layers[0];
  const columns = [...(split ? ['split'] : []), 'x', ...metrics.map((_, i) => metricId(i))];
  return { type: 'lnsDatatable', state: { ...one, columns: columns.map((columnId) => ({ columnId })) } };
}

function panelQuery({ id, layers }: Panel) {
  if (layers.length > 1 && layers.some(({ where }) => where)) {
    throw new Error(`panel ${id}: with more than one layer, put the condition into each metric`);
  }
  return query(layers[0].where);
}

export function lensObject(id: string, panel: Panel, setting: Setting) {
  const { title, layers } = panel;
  const { type, state } = visualization(panel);
  return {
    type: 'lens',
    id,
    attributes: {
      title: title[setting.language],
      description: '',
      visualizationType: type,
      state: {
        visualization: state,
        query: panelQuery(panel),
        filters: [],
        datasourceStates: {
          formBased: {
            layers: Object.fromEntries(layers.map((layer, i) => [layerId(i), dataLayer(layer, setting)])),
          },
        },
        internalReferences: [],
        adHocDataViews: {},
      },
    },
    references: layers.map(({ index }, i) => ({
      type: 'index-pattern',
      id: setting.dataView(index),
      name: `indexpattern-datasource-layer-${layerId(i)}`,
    })),
    coreMigrationVersion: '8.8.0',
    typeMigrationVersion: '8.9.0',
  };
}
