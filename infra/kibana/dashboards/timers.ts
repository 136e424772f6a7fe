/** How late the timers fire, and what that does to the transitions. */
import { commandNames, transition } from '../../../functions/orders/lifecycle.ts';
import { panel, time, words } from '../panels.ts';
import { transitions } from './deliveries.ts';
import { byTransition } from './groups.ts';

const timed = commandNames.filter((name) => transition(name).cause === 'timer');
const { average, max, percentile } = transitions;

/** ms from the due time: to the firing of the timer, and to the transition that follows. */
export const lateness = panel(
  'lateness',
  words('Retraso de los temporizadores (ms)', 'Lateness of the timers (ms)'),
  'line',
  transitions.layer({
    across: time,
    metrics: [
      percentile('despacho.timer.lateness', 50, words('Disparo p50', 'Firing p50')),
      percentile('despacho.timer.lateness', 99, words('Disparo p99', 'Firing p99')),
      percentile('despacho.timer.drift', 99, words('Transición p99', 'Transition p99')),
    ],
  }),
);

/** Mean and worst, in ms from the due time; of the steps that a timer causes. */
export const latenessByStep = panel(
  'lateness-step',
  words('Retraso de los temporizadores por transición', 'Lateness of the timers by transition'),
  'table',
  transitions.layer({
    across: byTransition(timed),
    metrics: [
      average('despacho.timer.lateness', words('Disparo, media (ms)', 'Firing, mean (ms)')),
      max('despacho.timer.lateness', words('Disparo, peor (ms)', 'Firing, worst (ms)')),
      max('despacho.timer.drift', words('Transición, peor (ms)', 'Transition, worst (ms)')),
    ],
  }),
);
