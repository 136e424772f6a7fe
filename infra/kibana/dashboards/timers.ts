/** How late the timers fire, and what that does to the transitions. */
import { commandNames, transition } from '../../../functions/orders/lifecycle.ts';
import { layerOf, type Panel, time } from '../panels.ts';
import { byTransition } from './groups.ts';

const timed = commandNames.filter((name) => transition(name).cause === 'timer');

/** ms from the due time: to the firing of the timer, and to the transition that follows. */
export const lateness: Panel = {
  id: 'lateness',
  title: { es: 'Retraso de los temporizadores (ms)', en: 'Lateness of the timers (ms)' },
  shape: 'line',
  layers: [
    layerOf('despacho-transitions')({
      across: time,
      metrics: [
        {
          of: 'percentile',
          field: 'despacho.timer.lateness',
          percentile: 50,
          label: { es: 'Disparo p50', en: 'Firing p50' },
        },
        {
          of: 'percentile',
          field: 'despacho.timer.lateness',
          percentile: 99,
          label: { es: 'Disparo p99', en: 'Firing p99' },
        },
        {
          of: 'percentile',
          field: 'despacho.timer.drift',
          percentile: 99,
          label: { es: 'Transición p99', en: 'Transition p99' },
        },
      ],
    }),
  ],
};

/** Mean and worst, in ms from the due time; of the steps that a timer causes. */
export const latenessByStep: Panel = {
  id: 'lateness-step',
  title: { es: 'Retraso de los temporizadores por transición', en: 'Lateness of the timers by transition' },
  shape: 'table',
  layers: [
    layerOf('despacho-transitions')({
      across: byTransition(timed),
      metrics: [
        {
          of: 'average',
          field: 'despacho.timer.lateness',
          label: { es: 'Disparo, media (ms)', en: 'Firing, mean (ms)' },
        },
        { of: 'max', field: 'despacho.timer.lateness', label: { es: 'Disparo, peor (ms)', en: 'Firing, worst (ms)' } },
        {
          of: 'max',
          field: 'despacho.timer.drift',
          label: { es: 'Transición, peor (ms)', en: 'Transition, worst (ms)' },
        },
      ],
    }),
  ],
};
