/** The columns of a Lens layer: what it groups by, and what it measures. */
import type { Language } from '../../functions/orders/lifecycle.ts';
import { decimalsOf, isDuration } from './decimals.ts';
import { mostBars } from './intervals.ts';
import type { Across, Condition, Groups, Metric, Value } from './panels.ts';

/** In Kibana's query language, which it calls `kuery`; without a condition every document matches. */
export const query = (condition?: Condition) => ({ query: kql(condition), language: 'kuery' });

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
    maxBars: mostBars,
  },
});

/** @param largest the column that decides which values come first; without it they come by name */
export function bucketColumn(across: Across, largest: string | undefined, language: Language) {
  if (across.by === 'time') return timeColumn;
  const label = across.label[language];
  if (across.by === 'histogram') return histogramColumn(label, across.field);
  return across.by === 'terms' ? termsColumn(label, across, largest) : filtersColumn(label, across, language);
}

/** How many decimals mean something; a duration is written by the data view's own format. */
function format(metric: Metric): { format?: object } {
  if (isDuration(metric)) return {};
  return { format: { id: 'number', params: { decimals: decimalsOf(metric) } } };
}

/** Nothing counted is 0; nothing to average is nothing. */
export function metricColumn(metric: Metric, language: Language) {
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
    params: {
      ...(metric.of === 'percentile' ? { percentile: metric.percentile } : { emptyAsNull: !counted }),
      ...format(metric),
    },
  };
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

function clause(field: string, value: Value): string {
  if (typeof value === 'boolean') return `${field}: ${value}`;
  if (typeof value === 'string') return `${field}: ${quoted(value)}`;
  if ('above' in value) return `${field} > ${value.above}`;
  return `${field}: (${value.map(quoted).join(' or ')})`;
}

/** The empty condition is the empty query, which every document fulfils. */
export const kql = (condition: Condition = {}): string =>
  Object.entries(condition)
    .map(([field, value]) => clause(field, value))
    .join(' and ');
