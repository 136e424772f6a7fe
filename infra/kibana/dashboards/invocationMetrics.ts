/** What is counted and measured of invocations, under the names that people know. */
import { layerOf, type Metric } from '../panels.ts';

/** Each document is one invocation of a function, with a batch of records. */
export const invocations = layerOf('despacho-invocations');
export type InvocationMetric = Metric<'despacho-invocations'>;

/** Of invocations, not of their records. */
export const count = (es: string, en: string, where?: InvocationMetric['where']): InvocationMetric => ({
  of: 'count',
  label: { es, en },
  ...(where && { where }),
});

/** Nanoseconds. @param percentile from 0 to 100 */
export const duration = (percentile: number): InvocationMetric => ({
  of: 'percentile',
  field: 'event.duration',
  percentile,
  label: { es: `Duración p${percentile}`, en: `Duration p${percentile}` },
});

/** Of records: those that changed something, those to be retried, or those put into a dead-letter topic. */
export const sum = (field: 'applied' | 'failed' | 'dead', es: string, en: string): InvocationMetric => ({
  of: 'sum',
  field: `despacho.batch.${field}`,
  label: { es, en },
});

/** The mean of all invocations. */
export const records: InvocationMetric = {
  of: 'average',
  field: 'messaging.batch.message_count',
  label: { es: 'Registros por lote', en: 'Records per batch' },
};
export const largest: InvocationMetric = {
  of: 'max',
  field: 'messaging.batch.message_count',
  label: { es: 'Lote mayor', en: 'Largest batch' },
};

/** How many kinds of error made invocations fail; Elasticsearch estimates it where there are many. */
export function unique(es: string, en: string): InvocationMetric {
  return { of: 'unique_count', field: 'error.type', label: { es, en } };
}
