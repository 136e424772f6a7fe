/** What became of the deliveries: in time, late, failed. */
import { documentsOf, panel, same, time, words } from '../panels.ts';

/** Each document is one step of an order: an order that takes the same step twice counts twice. */
export const transitions = documentsOf('despacho-transitions');

const where = { 'despacho.order.command': 'deliver' } as const;
const { average, count } = transitions;

/** Above 0, deliveries are late on average. */
export const bias = average(
  'despacho.delivery.error',
  words('Sesgo: real − estimada (s)', 'Bias: real − estimated (s)'),
);

const real = average('despacho.delivery.real', same('Real'));
const estimated = average('despacho.delivery.estimated', words('Estimada', 'Estimated'));

/** Means, in seconds of the orders' own clocks, by the moment of the delivery. */
export const realAndEstimated = panel(
  'delivery',
  words('Entrega real y estimada (s)', 'Real and estimated delivery (s)'),
  'line',
  transitions.layer({ where, across: time, metrics: [real, estimated, bias] }),
);

const byError = {
  by: 'histogram',
  field: 'despacho.delivery.error',
  label: words('Segundos de retraso', 'Seconds late'),
} as const;

/** In seconds of the orders' own clocks; below 0 are those that came early. */
export const errorHistogram = panel(
  'delivery-error',
  words('Error de la entrega: real − estimada', 'Error of the delivery: real − estimated'),
  'bar',
  transitions.layer({ where, across: byError, metrics: [count(words('Pedidos', 'Orders'))] }),
);

/** An order whose delivery fails twice counts twice. */
export const setbacks = count(words('Entregas fallidas', 'Failed deliveries'), { 'despacho.order.command': 'setback' });
export const cancelled = count(words('Cancelados', 'Cancelled'), { 'despacho.order.command': 'cancel' });

export const mishaps = panel(
  'mishaps',
  words('Entregas fallidas y cancelaciones', 'Failed deliveries and cancellations'),
  'bar',
  transitions.layer({ across: time, metrics: [setbacks, cancelled] }),
);
