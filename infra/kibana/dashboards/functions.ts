import {
  type Dashboard,
  documentsOf,
  type Metric,
  number,
  type Panel,
  panel,
  time,
  type Words,
  words,
} from '../panels.ts';
import { lateness, latenessByStep } from './timers.ts';

/** Each document is one invocation of a function, with a batch of records. */
const invocations = documentsOf('despacho-invocations');
const { count, sum } = invocations;
type InvocationMetric = Metric<'despacho-invocations'>;

const byFunction = { by: 'terms', label: words('Función', 'Function'), field: 'faas.name', most: 16 } as const;

const calls = count(words('Invocaciones', 'Invocations'));
const failed = count(words('Con error', 'Failed'), { 'event.outcome': 'failure' });
const retried = count(words('Reintentos', 'Retries'), { 'despacho.retries': { above: 0 } });
const cold = count(words('Arranques en frío', 'Cold starts'), { 'faas.coldstart': true });
const dead = sum('despacho.batch.dead', words('Registros apartados', 'Dead letters'));
const records = invocations.average('messaging.batch.message_count', words('Registros por lote', 'Records per batch'));
const largest = invocations.max('messaging.batch.message_count', words('Lote mayor', 'Largest batch'));

/** Nanoseconds. @param percentile from 0 to 100 */
const duration = (percentile: number) =>
  invocations.percentile('event.duration', percentile, words(`Duración p${percentile}`, `Duration p${percentile}`));

/** How many kinds of error made invocations fail; Elasticsearch estimates it where there are many. */
const kinds: InvocationMetric = {
  of: 'unique_count',
  field: 'error.type',
  label: words('Clases de error', 'Kinds of error'),
};

const tile = (id: string, metric: InvocationMetric) => number(id, invocations.layer({ metrics: [metric] }));
const tiles = [
  tile('total', calls),
  tile('failures', failed),
  tile('retries', retried),
  tile('dead', dead),
  tile('cold', cold),
  tile('errors', kinds),
];

const table = panel(
  'functions',
  words('Cada función', 'Each function'),
  'table',
  invocations.layer({
    across: byFunction,
    metrics: [calls, duration(50), duration(95), duration(99), records, largest, cold, failed, retried, dead],
  }),
);

const perFunction = (id: string, title: Words, shape: Panel['shape'], metric: InvocationMetric): Panel =>
  panel(id, title, shape, invocations.layer({ across: time, split: byFunction, metrics: [metric] }));

/** A retry can fail, too: as lines, what is counted twice is not drawn as twice as much. */
const failures = panel(
  'failures-time',
  words('Invocaciones con error y reintentos', 'Failed and retried invocations'),
  'line',
  invocations.layer({ across: time, metrics: [failed, retried] }),
);

/** Apart from the invocations: a single one can fail hundreds of records. */
const failedRecords = panel(
  'records-time',
  words('Registros por repetir y apartados', 'Records to be retried and dead letters'),
  'bar',
  invocations.layer({
    across: time,
    metrics: [
      sum('despacho.batch.failed', words('Por repetir', 'To be retried')),
      { ...dead, label: words('Apartados', 'Dead letters') },
    ],
  }),
);

const byKind = { by: 'terms', label: words('Clase de error', 'Kind of error'), field: 'error.type', most: 10 } as const;
const failureReasons = panel(
  'error-types',
  words('Errores por clase', 'Failures by kind'),
  'row',
  invocations.layer({
    where: { 'event.outcome': 'failure' },
    across: byKind,
    split: byFunction,
    metrics: [calls],
  }),
);

const lags = documentsOf('despacho-lag');
const lag = panel(
  'lag',
  words('Registros que esperan a cada función', 'Records waiting for each function'),
  'line',
  lags.layer({
    across: time,
    split: byFunction,
    metrics: [lags.max('despacho.kafka.lag', words('Registros', 'Records'))],
  }),
);

const waits = perFunction(
  'delay',
  words('Espera del registro más antiguo del lote (ms)', 'Wait of the oldest record of a batch (ms)'),
  'line',
  invocations.max('despacho.consume.delay', words('Espera (ms)', 'Wait (ms)')),
);

/** Drawn from `despacho-invocations`, `despacho-lag` and, for the timers, `despacho-transitions`. */
export const functions: Dashboard = {
  id: 'functions',
  title: words('Despacho: funciones', 'Despacho: functions'),
  about: words(
    'Qué hace cada función con los registros que recibe, cuánto tarda y qué falla.',
    'What each function does with the records that it gets, how long it takes, and what fails.',
  ),
  controls: [
    invocations.control('function', byFunction.label, 'faas.name'),
    invocations.control('topic', words('Tema', 'Topic'), 'messaging.destination.name'),
  ],
  rows: [
    { height: 6, panels: tiles },
    { height: 24, panels: [table] },
    {
      height: 13,
      panels: [
        perFunction('invocations', calls.label, 'bar', calls),
        perFunction('duration', words('Duración p95', 'p95 duration'), 'line', duration(95)),
      ],
    },
    {
      height: 13,
      panels: [
        perFunction('batch', records.label, 'line', records),
        perFunction('cold-time', cold.label, 'bar', { ...cold, label: words('Arranques', 'Starts') }),
      ],
    },
    { height: 13, panels: [failures, failedRecords, failureReasons] },
    { height: 13, panels: [lateness, latenessByStep] },
    { height: 13, panels: [lag, waits] },
  ],
};
