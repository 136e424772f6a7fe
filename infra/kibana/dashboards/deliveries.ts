/** What became of the deliveries: in time, late, failed. */
import { layerOf, type Metric, type Panel, time } from '../panels.ts';

/** Each document is one step of an order. */
export const transitions = layerOf('despacho-transitions');
export type TransitionMetric = Metric<'despacho-transitions'>;

const delivered = { 'despacho.order.command': 'deliver' } as const;

/** Of steps: an order that takes the same step twice counts twice. */
export const count = (es: string, en: string, where?: TransitionMetric['where']): TransitionMetric => ({
  of: 'count',
  label: { es, en },
  ...(where && { where }),
});

/** Above 0, deliveries are late on average. */
export const bias: TransitionMetric = {
  of: 'average',
  field: 'despacho.delivery.error',
  label: { es: 'Sesgo: real − estimada (s)', en: 'Bias: real − estimated (s)' },
};

/** Means, in seconds of the orders' own clocks, by the moment of the delivery. */
export const realAndEstimated: Panel = {
  id: 'delivery',
  title: { es: 'Entrega real y estimada (s)', en: 'Real and estimated delivery (s)' },
  shape: 'line',
  layers: [
    transitions({
      where: delivered,
      across: time,
      metrics: [
        { of: 'average', field: 'despacho.delivery.real', label: { es: 'Real', en: 'Real' } },
        { of: 'average', field: 'despacho.delivery.estimated', label: { es: 'Estimada', en: 'Estimated' } },
        bias,
      ],
    }),
  ],
};

/** In seconds of the orders' own clocks; below 0 are those that came early. */
export const errorHistogram: Panel = {
  id: 'delivery-error',
  title: { es: 'Error de la entrega: real − estimada', en: 'Error of the delivery: real − estimated' },
  shape: 'bar',
  layers: [
    transitions({
      where: delivered,
      across: {
        by: 'histogram',
        field: 'despacho.delivery.error',
        label: { es: 'Segundos de retraso', en: 'Seconds late' },
      },
      metrics: [count('Pedidos', 'Orders')],
    }),
  ],
};

/** An order whose delivery fails twice counts twice. */
export const mishaps: Panel = {
  id: 'mishaps',
  title: { es: 'Entregas fallidas y cancelaciones', en: 'Failed deliveries and cancellations' },
  shape: 'bar',
  layers: [
    transitions({
      across: time,
      metrics: [
        count('Entregas fallidas', 'Failed deliveries', { 'despacho.order.command': 'setback' }),
        count('Cancelados', 'Cancelled', { 'despacho.order.command': 'cancel' }),
      ],
    }),
  ],
};
