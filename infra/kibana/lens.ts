/** Panels as Lens saved objects, in the form that Kibana 8.12 writes and every later one reads. */
import type { Index } from '../../functions/metrics/fields.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { bucketColumn, metricColumn, query } from './lensColumns.ts';
import { type Across, byFrequency, type Layer, type Panel } from './panels.ts';

/** In which language, of which data views, and which layers do not listen to the dashboard's controls. */
type Setting = Readonly<{
  language: Language;
  dataView(index: Index): string;
  deaf(layer: Layer): boolean;
}>;

const layerId = (index: number): string => `l${index + 1}`;

/** Lens looks a column up by its id alone, whichever layer it is of: so the layer stands in front of each. */
const idsOf = (at: number, { split, across, metrics }: Layer) => ({
  split: split && `${layerId(at)}split`,
  x: across && `${layerId(at)}x`,
  metrics: metrics.map((_, i) => `${layerId(at)}m${i + 1}`),
});

function dataLayer(layer: Layer, at: number, { language, deaf }: Setting) {
  const { across, split, metrics } = layer;
  const ids = idsOf(at, layer);
  const largest = byFrequency(layer) ? ids.metrics[0] : undefined;
  const columns = [
    ...(split ? [[ids.split, bucketColumn(split, largest, language)] as const] : []),
    ...(across ? [[ids.x, bucketColumn(across, largest, language)] as const] : []),
    ...metrics.map((metric, i) => [ids.metrics[i], metricColumn(metric, language)] as const),
  ];
  return {
    columns: Object.fromEntries(columns),
    columnOrder: columns.map(([id]) => id),
    incompleteColumns: {},
    ...(deaf(layer) && { ignoreGlobalFilters: true }),
  };
}

/** Pixels that the longest name of a state or transition needs. */
const nameWidth = 190;

const seriesTypes = { line: 'line', area: 'area_stacked', bar: 'bar_stacked', row: 'bar_horizontal' } as const;

function chart(shape: keyof typeof seriesTypes, layers: readonly Layer[]) {
  const seriesType = seriesTypes[shape];
  return {
    legend: { isVisible: true, position: 'right', legendSize: 'auto', shouldTruncate: false },
    valueLabels: 'hide',
    // Of several figures an axis would name the first; the legend names all.
    axisTitlesVisibilitySettings: { x: layers[0]?.across?.by === 'histogram', yLeft: false, yRight: false },
    preferredSeriesType: seriesType,
    // A line over a pause would read as a trend.
    ...(shape === 'line' && { fittingFunction: 'None' }),
    layers: layers.map((layer, at) => {
      const { split, x, metrics } = idsOf(at, layer);
      return {
        layerId: layerId(at),
        accessors: metrics,
        position: 'top',
        seriesType,
        showGridlines: false,
        layerType: 'data',
        xAccessor: x,
        ...(split && { splitAccessor: split }),
      };
    }),
  };
}

/** Kibana takes named groups for numbers, and would put their names to the right and cut them. */
const groupCell = (columnId: string, { by }: Across) => ({
  columnId,
  alignment: 'left',
  ...(by === 'filters' && { width: nameWidth }),
});

function table(layer: Layer) {
  const { split, across } = layer;
  const ids = idsOf(0, layer);
  return {
    columns: [
      ...(split && ids.split ? [groupCell(ids.split, split)] : []),
      ...(across && ids.x ? [groupCell(ids.x, across)] : []),
      ...ids.metrics.map((columnId) => ({ columnId })),
    ],
    // As high as the longest heading needs.
    headerRowHeight: 'auto',
  };
}

function visualization({ shape, layers }: Panel): { type: string; state: object } {
  const one = { layerId: layerId(0), layerType: 'data' };
  const [layer] = layers;
  if (shape === 'number') {
    return { type: 'lnsMetric', state: { ...one, metricAccessor: idsOf(0, layer).metrics[0] } };
  }
  if (shape !== 'table') return { type: 'lnsXY', state: chart(shape, layers) };
  return { type: 'lnsDatatable', state: { ...one, ...table(layer) } };
}

function panelQuery({ id, layers }: Panel) {
  if (layers.length > 1 && layers.some(({ where }) => where)) {
    throw new Error(`panel ${id}: with more than one layer, put the condition into each metric`);
  }
  return query(layers[0].where);
}

/**
 * A saved object as Kibana imports it.
 * @throws Error for a panel of several layers of which one has a condition of its own
 */
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
            layers: Object.fromEntries(layers.map((layer, i) => [layerId(i), dataLayer(layer, i, setting)])),
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
