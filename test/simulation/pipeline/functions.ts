/** The product's functions, on ports to the engines in memory. */
import { indexFunction } from '../../../functions/metrics/indexDocuments.ts';
import type { Documents } from '../../../functions/metrics/ports.ts';
import { documentsTopic } from '../../../functions/metrics/topics.ts';
import { ownMetrics, writtenMetrics } from '../../../functions/metrics/writeMetrics.ts';
import { notifyFunction } from '../../../functions/notifications/notify.ts';
import { commandNames } from '../../../functions/orders/lifecycle.ts';
import { stepId } from '../../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../../functions/orders/topics.ts';
import { transitionFunction } from '../../../functions/orders/transition.ts';
import type { KafkaHandler } from '../../../functions/runtime/handler.ts';
import type { Process } from './faults.ts';
import { logIn, type System } from './system.ts';
import { alarmsIn } from './timers.ts';

type Reader = Readonly<{ topic: string; handlerIn: (process: Process) => KafkaHandler }>;

/** Each function's topic, and the function as one process runs it. */
export const handlersOf = (system: System): readonly Reader[] => [
  ...commandNames.map((command) => ({
    topic: commandTopic(command),
    handlerIn: (process: Process) => transitionFunction(command, () => orderPorts(system, process)),
  })),
  { topic: eventsTopic, handlerIn: (process) => notifyFunction(() => notifyPorts(system, process)) },
  { topic: documentsTopic, handlerIn: (process) => indexFunction(() => indexPorts(system, process)) },
];

function commonPorts(system: System, process: Process) {
  const { settings, clock } = system;
  const log = logIn(system, process);
  return { settings, clock, log, metrics: writtenMetrics({ settings, log }) };
}

function orderPorts(system: System, process: Process): ReturnType<Parameters<typeof transitionFunction>[1] & object> {
  const { store } = system;
  return {
    ...commonPorts(system, process),
    orders: {
      load: (ids) => process.call('Redis: load', () => store.load(ids)),
      advance: (advances) => process.call('Redis: advance', () => store.advance(advances)),
      remind: (orders) => process.call('Redis: remind', () => store.remind(orders)),
    },
    alarms: alarmsIn(system, process),
    tally: { count: async (orders) => orders },
  };
}

function notifyPorts(system: System, process: Process): ReturnType<Parameters<typeof notifyFunction>[0] & object> {
  const { store, mailbox } = system;
  return {
    ...commonPorts(system, process),
    orders: { load: (ids) => process.call('Redis: load', () => store.load(ids)) },
    sent: {
      check: (steps) => process.call('Redis: check', () => store.check(steps)),
      mark: (step, at) => process.call('Redis: mark', () => store.mark(step, at)),
    },
    post: {
      send: (letter) => {
        const { 'X-Despacho-Order': orderId = '', 'X-Despacho-Version': version } = letter.headers;
        return process.call('SMTP: send', () => mailbox.take(letter, stepId(orderId, Number(version))));
      },
    },
  };
}

function indexPorts(system: System, process: Process): ReturnType<Parameters<typeof indexFunction>[0] & object> {
  const { index } = system;
  const documents: Documents = {
    create: (of) => process.call('Elasticsearch: create', () => index.create(of)),
  };
  const ports = { ...commonPorts(system, process), documents };
  return { ...ports, metrics: ownMetrics(ports) };
}
