import { controlOf, type Dashboard, layerOf, number, type Panel, time } from '../panels.ts';
import {
  count,
  duration,
  type InvocationMetric,
  invocations,
  largest,
  records,
  sum,
  unique,
} from './invocationMetrics.ts';
import { lateness, latenessByStep } from './timers.ts';

const byFunction = {
  by: 'terms',
  label: { es: 'Función', en: 'Function' },
  field: 'faas.name',
  most: 16,
} as const;

const failed = { 'event.outcome': 'failure' } as const;
const cold = { 'faas.coldstart': true } as const;
const retried = { 'despacho.retries': { above: 0 } } as const;

const tiles: Panel[] = [
  number('total', invocations({ metrics: [count('Invocaciones', 'Invocations')] })),
  number('failures', invocations({ metrics: [count('Con error', 'Failed', failed)] })),
  number('retries', invocations({ metrics: [count('Reintentos', 'Retries', retried)] })),
  number('dead', invocations({ metrics: [sum('dead', 'Registros apartados', 'Dead letters')] })),
  number('cold', invocations({ metrics: [count('Arranques en frío', 'Cold starts', cold)] })),
  number('errors', invocations({ metrics: [unique('Clases de error', 'Kinds of error')] })),
];

const table: Panel = {
  id: 'functions',
  title: { es: 'Cada función', en: 'Each function' },
  shape: 'table',
  layers: [
    invocations({
      across: byFunction,
      metrics: [
        count('Invocaciones', 'Invocations'),
        duration(50),
        duration(95),
        duration(99),
        records,
        largest,
        count('Arranques en frío', 'Cold starts', cold),
        count('Con error', 'Failed', failed),
        count('Reintentos', 'Retries', retried),
        sum('dead', 'Registros apartados', 'Dead letters'),
      ],
    }),
  ],
};

/** A series for each function. */
const perFunction = (id: string, title: Panel['title'], shape: Panel['shape'], metric: InvocationMetric): Panel => ({
  id,
  title,
  shape,
  layers: [invocations({ across: time, split: byFunction, metrics: [metric] })],
});

/** A retry can fail, too: as lines, what is counted twice is not drawn as twice as much. */
const failures: Panel = {
  id: 'failures-time',
  title: { es: 'Invocaciones con error y reintentos', en: 'Failed and retried invocations' },
  shape: 'line',
  layers: [
    invocations({
      across: time,
      metrics: [count('Con error', 'Failed', failed), count('Reintentos', 'Retries', retried)],
    }),
  ],
};

/** Apart from the invocations: a single one can fail hundreds of records. */
const failedRecords: Panel = {
  id: 'records-time',
  title: { es: 'Registros por repetir y apartados', en: 'Records to be retried and dead letters' },
  shape: 'bar',
  layers: [
    invocations({
      across: time,
      metrics: [sum('failed', 'Por repetir', 'To be retried'), sum('dead', 'Apartados', 'Dead letters')],
    }),
  ],
};

const failureReasons: Panel = {
  id: 'error-types',
  title: { es: 'Errores por clase', en: 'Failures by kind' },
  shape: 'row',
  layers: [
    invocations({
      where: failed,
      across: { by: 'terms', label: { es: 'Clase de error', en: 'Kind of error' }, field: 'error.type', most: 10 },
      split: byFunction,
      metrics: [count('Invocaciones', 'Invocations')],
    }),
  ],
};

const lag: Panel = {
  id: 'lag',
  title: { es: 'Registros que esperan a cada función', en: 'Records waiting for each function' },
  shape: 'line',
  layers: [
    layerOf('despacho-lag')({
      across: time,
      split: byFunction,
      metrics: [{ of: 'max', field: 'despacho.kafka.lag', label: { es: 'Registros', en: 'Records' } }],
    }),
  ],
};

/** Drawn from `despacho-invocations`, `despacho-lag` and, for the timers, `despacho-transitions`. */
export const functions: Dashboard = {
  id: 'functions',
  title: { es: 'Despacho: funciones', en: 'Despacho: functions' },
  about: {
    es: 'Qué hace cada función con los registros que recibe, cuánto tarda y qué falla.',
    en: 'What each function does with the records that it gets, how long it takes, and what fails.',
  },
  controls: [
    controlOf({ id: 'function', label: byFunction.label, index: 'despacho-invocations', field: 'faas.name' }),
    controlOf({
      id: 'topic',
      label: { es: 'Tema', en: 'Topic' },
      index: 'despacho-invocations',
      field: 'messaging.destination.name',
    }),
  ],
  rows: [
    { height: 6, panels: tiles },
    { height: 24, panels: [table] },
    {
      height: 13,
      panels: [
        perFunction(
          'invocations',
          { es: 'Invocaciones', en: 'Invocations' },
          'bar',
          count('Invocaciones', 'Invocations'),
        ),
        perFunction('duration', { es: 'Duración p95', en: 'p95 duration' }, 'line', duration(95)),
      ],
    },
    {
      height: 13,
      panels: [
        perFunction('batch', { es: 'Registros por lote', en: 'Records per batch' }, 'line', records),
        perFunction(
          'cold-time',
          { es: 'Arranques en frío', en: 'Cold starts' },
          'bar',
          count('Arranques', 'Starts', cold),
        ),
      ],
    },
    { height: 13, panels: [failures, failedRecords, failureReasons] },
    { height: 13, panels: [lateness, latenessByStep] },
    {
      height: 13,
      panels: [
        lag,
        perFunction(
          'delay',
          { es: 'Espera del registro más antiguo del lote (ms)', en: 'Wait of the oldest record of a batch (ms)' },
          'line',
          { of: 'max', field: 'despacho.consume.delay', label: { es: 'Espera (ms)', en: 'Wait (ms)' } },
        ),
      ],
    },
  ],
};
