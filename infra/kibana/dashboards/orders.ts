import { controlOf, type Dashboard, layerOf, number, type Panel, time } from '../panels.ts';
import {
  bias,
  count,
  errorHistogram,
  mishaps,
  realAndEstimated,
  type TransitionMetric,
  transitions,
} from './deliveries.ts';
import { byState, byTransition } from './groups.ts';

const invocations = layerOf('despacho-invocations');

const placed = { 'despacho.order.command': 'process' } as const;
const completed = { 'despacho.order.command': 'complete' } as const;

const latency = (percentile: number): TransitionMetric => ({
  of: 'percentile',
  field: 'event.duration',
  percentile,
  label: { es: `Latencia p${percentile}`, en: `Latency p${percentile}` },
});

const tiles: Panel[] = [
  number('received', transitions({ metrics: [count('Pedidos recibidos', 'Orders received', placed)] })),
  number('completed', transitions({ metrics: [count('Pedidos finalizados', 'Orders completed', completed)] })),
  number(
    'cancelled',
    transitions({ metrics: [count('Cancelados', 'Cancelled', { 'despacho.order.command': 'cancel' })] }),
  ),
  number(
    'setbacks',
    transitions({
      metrics: [count('Entregas fallidas', 'Failed deliveries', { 'despacho.order.command': 'setback' })],
    }),
  ),
  number('bias', transitions({ metrics: [bias] })),
  number(
    'per-minute',
    invocations({
      metrics: [
        {
          of: 'max',
          field: 'despacho.orders.per_minute',
          label: { es: 'Máximo de pedidos en 60 s', en: 'Most orders in 60 s' },
        },
      ],
    }),
  ),
];

const statesOverTime: Panel = {
  id: 'states',
  title: { es: 'Pedidos que llegan a cada estado', en: 'Orders reaching each state' },
  shape: 'area',
  layers: [transitions({ across: time, split: byState, metrics: [count('Pedidos', 'Orders')] })],
};

const throughput: Panel = {
  id: 'throughput',
  title: { es: 'Pedidos por segundo y carga ofrecida', en: 'Orders per second and offered load' },
  shape: 'line',
  layers: [
    transitions({
      across: time,
      metrics: [
        { ...count('Recibidos/s', 'Received/s', placed), per: 's' },
        { ...count('Finalizados/s', 'Completed/s', completed), per: 's' },
      ],
    }),
    layerOf('despacho-load')({
      across: time,
      metrics: [{ of: 'sum', field: 'despacho.load.planned', per: 's', label: { es: 'Ofrecidos/s', en: 'Offered/s' } }],
    }),
  ],
};

const latencyTable: Panel = {
  id: 'latency',
  title: { es: 'Latencia de cada transición', en: 'Latency of each transition' },
  shape: 'table',
  layers: [
    transitions({
      across: byTransition(),
      metrics: [count('Pedidos', 'Orders'), latency(50), latency(95), latency(99)],
    }),
  ],
};

const latencyOverTime: Panel = {
  id: 'latency-time',
  title: { es: 'Latencia p95 de cada transición', en: 'p95 latency of each transition' },
  shape: 'line',
  layers: [transitions({ across: time, split: byTransition(), metrics: [latency(95)] })],
};

const consumeDelay: Panel = {
  id: 'consume',
  title: { es: 'De producido a consumido (ms)', en: 'From produce to consume (ms)' },
  shape: 'line',
  layers: [
    transitions({
      across: time,
      metrics: ([50, 99] as const).map((percentile) => ({
        of: 'percentile',
        field: 'despacho.consume.delay',
        percentile,
        label: { es: `p${percentile}`, en: `p${percentile}` },
      })) as [TransitionMetric, ...TransitionMetric[]],
    }),
  ],
};

type Kind = Readonly<{ id: string; es: string; en: string; field: 'region' | 'gateway' | 'product' }>;

const orderedBy = ({ id, es, en, field }: Kind): Panel => ({
  id,
  title: { es: `Pedidos por ${es}`, en: `Orders by ${en}` },
  shape: 'row',
  layers: [
    transitions({
      where: placed,
      across: { by: 'terms', label: { es, en }, field: `despacho.order.${field}`, most: 16 },
      metrics: [count('Pedidos', 'Orders')],
    }),
  ],
});

/** Drawn from `despacho-transitions`, `despacho-invocations` and `despacho-load`. */
export const orders: Dashboard = {
  id: 'orders',
  title: { es: 'Despacho: pedidos', en: 'Despacho: orders' },
  about: {
    es: 'Por dónde van los pedidos, cuánto tarda cada paso y cómo se cumple la entrega estimada.',
    en: 'Where the orders are, how long each step takes, and how the estimated delivery is kept.',
  },
  controls: [
    controlOf({ id: 'run', label: { es: 'Carga', en: 'Run' }, index: 'despacho-transitions', field: 'despacho.run' }),
    controlOf({
      id: 'distribution',
      label: { es: 'Distribución', en: 'Distribution' },
      index: 'despacho-transitions',
      field: 'despacho.distribution',
    }),
  ],
  rows: [
    { height: 6, panels: tiles },
    { height: 13, panels: [statesOverTime, throughput] },
    { height: 13, panels: [latencyTable, latencyOverTime] },
    { height: 13, panels: [realAndEstimated, errorHistogram] },
    { height: 11, panels: [mishaps, consumeDelay] },
    {
      height: 13,
      panels: [
        orderedBy({ id: 'region', es: 'región', en: 'region', field: 'region' }),
        orderedBy({ id: 'gateway', es: 'pasarela de pago', en: 'payment gateway', field: 'gateway' }),
        orderedBy({ id: 'product', es: 'producto', en: 'product', field: 'product' }),
      ],
    },
  ],
};
