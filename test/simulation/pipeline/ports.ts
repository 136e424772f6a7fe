/** Each feature's ports on the engines in memory, as one process reaches them. */

import { elasticsearchDocumentsBy } from '../../../functions/metrics/documents.elasticsearch.ts';
import type { IndexPorts } from '../../../functions/metrics/indexDocuments.ts';
import { ownMetrics, writtenMetrics } from '../../../functions/metrics/writeMetrics.ts';
import type { NotifyPorts } from '../../../functions/notifications/connect.ts';
import type { Sent } from '../../../functions/notifications/ports.ts';
import type { OrderPorts } from '../../../functions/orders/connect.ts';
import type { Alarms, DueTimes, Orders } from '../../../functions/orders/ports.ts';
import { stepId } from '../../../functions/orders/records.ts';
import type { CaughtUp } from '../../../infra/rebuild/caughtUp.redis.ts';
import type { Store } from './store.ts';
import type { Surroundings } from './system.ts';

/** @param asked whether it answers, too, while it has not been brought up to the log */
const ordersBy = ({ calls, process: { clock }, system }: Surroundings, asked: () => Store): Orders => ({
  load: (ids) => calls.call({ engine: 'Redis', what: 'load', reads: true }, () => asked().load(ids)),
  advance: (advances) => calls.call({ engine: 'Redis', what: 'advance' }, () => asked().advance(advances, clock.now())),
  remind: (orders) => calls.call({ engine: 'Redis', what: 'remind' }, () => system.store.remind(orders)),
});

/** As whoever looks on has them. */
export const ordersIn = (of: Surroundings): Orders => ordersBy(of, () => of.system.store);
/** As the functions have them, which act on them. */
export const guardedOrdersIn = (of: Surroundings): Orders => ordersBy(of, () => of.system.store.guard());

export const caughtUpIn = ({ calls, system: { store } }: Surroundings): CaughtUp => ({
  is: () => calls.call({ engine: 'Redis', what: 'is caught up', reads: true }, () => store.isCaughtUp),
  begin: () => calls.call({ engine: 'Redis', what: 'begin to catch up' }, () => store.beginCatchingUp()),
  set: (run) => calls.call({ engine: 'Redis', what: 'set caught up' }, () => store.setCaughtUp(run)),
});

const sentBy = ({ calls, system: { store } }: Surroundings, asked: () => Store): Sent => ({
  check: (steps) => calls.call({ engine: 'Redis', what: 'check' }, () => asked().check(steps)),
  mark: (step, at) => calls.call({ engine: 'Redis', what: 'mark' }, () => store.mark(step, at)),
});

export const sentIn = (of: Surroundings): Sent => sentBy(of, () => of.system.store);
export const guardedSentIn = (of: Surroundings): Sent => sentBy(of, () => of.system.store.guard());

export const dueTimesIn = ({ calls, system: { store } }: Surroundings): DueTimes => ({
  slots: (until, most) =>
    calls.call({ engine: 'Redis', what: 'slots', reads: true }, () => store.slotsUntil(until, most)),
  read: (slots) => calls.call({ engine: 'Redis', what: 'read slots', reads: true }, () => store.read(slots)),
  done: (slots) => calls.call({ engine: 'Redis', what: 'done' }, () => store.done(slots)),
});

/** An alarm rings at its time, or when somebody listens again, unless it is lost with its Redis. */
export const alarmsIn = ({ calls, process: { clock }, system: { store } }: Surroundings): Alarms => ({
  async set(slots) {
    if (slots.length === 0) return;
    await calls.call({ engine: 'Redis', what: 'set alarms' }, () => store.setAlarms(slots, clock.now()));
  },
});

const commonIn = ({ settings, process: { clock }, log }: Surroundings) => ({
  ...{ settings, clock, log },
  metrics: writtenMetrics({ settings, log }),
});

export const orderPortsIn = (of: Surroundings): OrderPorts => ({
  ...commonIn(of),
  orders: guardedOrdersIn(of),
  alarms: alarmsIn(of),
  tally: { count: (orders) => of.calls.call({ engine: 'Redis', what: 'count' }, () => orders) },
});

export const notifyPortsIn = (of: Surroundings): NotifyPorts => ({
  ...commonIn(of),
  orders: guardedOrdersIn(of),
  sent: guardedSentIn(of),
  post: {
    send: (letter) => {
      const { 'X-Despacho-Order': orderId = '', 'X-Despacho-Version': version } = letter.headers;
      return of.calls.call({ engine: 'SMTP', what: 'send' }, () =>
        of.system.mailbox.take(letter, stepId(orderId, Number(version))),
      );
    },
  },
});

export function indexPortsIn(of: Surroundings): IndexPorts {
  const documents = elasticsearchDocumentsBy(
    (operations) => of.calls.call({ engine: 'Elasticsearch', what: 'bulk' }, () => of.system.index.bulk(operations)),
    of.settings,
  );
  return { ...commonIn(of), documents, metrics: ownMetrics({ documents, log: of.log }) };
}
