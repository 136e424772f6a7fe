import { type Dashboard, documentsOf, type Metric, number, type Panel, panel, same, time, words } from '../panels.ts';
import { bias, cancelled, errorHistogram, mishaps, realAndEstimated, setbacks, transitions } from './deliveries.ts';
import { byState, byTransition } from './groups.ts';

const invocations = documentsOf('despacho-invocations');
const load = documentsOf('despacho-load');
const { count, layer, percentile } = transitions;
type TransitionMetric = Metric<'despacho-transitions'>;

const where = { 'despacho.order.command': 'process' } as const;
const steps = count(words('Pedidos', 'Orders'));
const received = count(words('Pedidos recibidos', 'Orders received'), where);
const completed = count(words('Pedidos finalizados', 'Orders completed'), { 'despacho.order.command': 'complete' });
const inAMinute = invocations.max(
  'despacho.orders.per_minute',
  words('Máximo de pedidos en 60 s', 'Most orders in 60 s'),
);

const latency = (part: number) => percentile('event.duration', part, words(`Latencia p${part}`, `Latency p${part}`));
const delay = (part: number) => percentile('despacho.consume.delay', part, same(`p${part}`));

const tile = (id: string, metric: TransitionMetric) => number(id, layer({ metrics: [metric] }));
const tiles = [
  tile('received', received),
  tile('completed', completed),
  tile('cancelled', cancelled),
  tile('setbacks', setbacks),
  tile('bias', bias),
  number('per-minute', invocations.layer({ metrics: [inAMinute] })),
];

const statesOverTime = panel(
  'states',
  words('Pedidos que llegan a cada estado', 'Orders reaching each state'),
  'area',
  layer({ across: time, split: byState, metrics: [steps] }),
);

const throughput = panel(
  'throughput',
  words('Pedidos por segundo y carga ofrecida', 'Orders per second and offered load'),
  'line',
  layer({
    across: time,
    metrics: [
      { ...received, label: words('Recibidos/s', 'Received/s'), per: 's' },
      { ...completed, label: words('Finalizados/s', 'Completed/s'), per: 's' },
    ],
  }),
  load.layer({
    across: time,
    metrics: [load.sum('despacho.load.planned', words('Ofrecidos/s', 'Offered/s'), { per: 's' })],
  }),
);

const latencyTable = panel(
  'latency',
  words('Latencia de cada transición', 'Latency of each transition'),
  'table',
  layer({ across: byTransition(), metrics: [steps, latency(50), latency(95), latency(99)] }),
);

const latencyOverTime = panel(
  'latency-time',
  words('Latencia p95 de cada transición', 'p95 latency of each transition'),
  'line',
  layer({ across: time, split: byTransition(), metrics: [latency(95)] }),
);

const consumeDelay = panel(
  'consume',
  words('De producido a consumido (ms)', 'From produce to consume (ms)'),
  'line',
  layer({ across: time, metrics: [delay(50), delay(99)] }),
);

function orderedBy(id: 'region' | 'gateway' | 'product', es: string, en: string): Panel {
  const across = { by: 'terms', label: words(es, en), field: `despacho.order.${id}`, most: 16 } as const;
  return panel(id, words(`Pedidos por ${es}`, `Orders by ${en}`), 'row', layer({ where, across, metrics: [steps] }));
}

/** Drawn from `despacho-transitions`, `despacho-invocations` and `despacho-load`. */
export const orders: Dashboard = {
  id: 'orders',
  title: words('Despacho: pedidos', 'Despacho: orders'),
  about: words(
    'Por dónde van los pedidos, cuánto tarda cada paso y cómo se cumple la entrega estimada.',
    'Where the orders are, how long each step takes, and how the estimated delivery is kept.',
  ),
  controls: [
    transitions.control('run', words('Carga', 'Run'), 'despacho.run'),
    transitions.control('distribution', words('Distribución', 'Distribution'), 'despacho.distribution'),
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
        orderedBy('region', 'región', 'region'),
        orderedBy('gateway', 'pasarela de pago', 'payment gateway'),
        orderedBy('product', 'producto', 'product'),
      ],
    },
  ],
};
