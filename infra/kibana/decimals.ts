/** How figures are written. */
import type { DoubleField, Metric } from './panels.ts';

/** Decimals that tell something, by the unit that the field counts: seconds, ms, messages, cores, MiB, bytes. */
const decimals: Readonly<Record<DoubleField, number>> = {
  'despacho.order.price': 2,
  'despacho.timer.lateness': 1,
  'despacho.timer.drift': 1,
  'despacho.consume.delay': 0,
  'despacho.delivery.estimated': 1,
  'despacho.delivery.real': 1,
  'despacho.delivery.error': 1,
  'despacho.email.delay': 0,
  'despacho.lab.second': 0,
  'despacho.lab.produced_per_second': 0,
  'despacho.lab.consumed_per_second': 0,
  'despacho.lab.cpu': 2,
  'despacho.lab.memory': 0,
  'despacho.lab.cpu_per_1000': 3,
  'despacho.lab.bytes_per_message': 0,
};

const ofParts = (field: string): field is DoubleField => Object.hasOwn(decimals, field);

/** Stored in nanoseconds, and read in whichever unit fits. */
export const isDuration = (metric: Metric): boolean => 'field' in metric && String(metric.field) === 'event.duration';

/** What is counted is whole; a rate or a mean of it is not. */
export function decimalsOf(metric: Metric): number {
  if (metric.per) return 1;
  if (metric.of === 'count' || metric.of === 'unique_count') return 0;
  if (ofParts(metric.field)) return decimals[metric.field];
  return metric.of === 'average' ? 1 : 0;
}
