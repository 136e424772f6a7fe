/** What the audit gathers from real engines, from those in memory. */
import { commandNames } from '../../../functions/orders/lifecycle.ts';
import type { Event, Order } from '../../../functions/orders/records.ts';
import { stepId } from '../../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../../functions/orders/topics.ts';
import { deadTopic } from '../../../functions/runtime/deadLetter.ts';
import type { Evidence } from '../../../scripts/audit/evidence.ts';
import type { System } from './system.ts';

/** @param acknowledged the orders whose customers were told that the shop has them */
export function evidenceOf({ log, store, mailbox, index, clock }: System, acknowledged: ReadonlySet<string>): Evidence {
  const placed = new Map(log.values<Order>(commandTopic('process')).map((order) => [order.orderId, order]));
  const dead = commandNames.flatMap((command) =>
    log.values<{ orderId: string }>(deadTopic(commandTopic(command))).map(({ orderId }) => ({ orderId, command })),
  );
  const byOrder = Map.groupBy(dead, ({ orderId }) => orderId);
  const due = [...store.slots.values()].flatMap((held) => [...held.values()]);
  const transitions = [...index.documents.values()].filter((document) => document.index === 'despacho-transitions');
  const unsendable = log.values<Event>(deadTopic(eventsTopic));
  return {
    placed,
    events: Map.groupBy(log.values<Event>(eventsTopic), ({ orderId }) => orderId),
    progress: store.orders as Map<string, never>,
    dead: new Map([...byOrder].map(([id, list]) => [id, new Set(list.map(({ command }) => command))])),
    alive: new Set(due.map(({ orderId }) => orderId)),
    due: new Map(due.map(({ orderId, at }) => [orderId, at])),
    lookedAt: clock.now(),
    letters: mailbox.letters,
    strayLetters: new Set(),
    unplaced: new Set([...acknowledged].filter((id) => !placed.has(id))),
    unseen: {},
    unsent: new Set(),
    unsendable: new Set(unsendable.map(({ orderId, version }) => stepId(orderId, version))),
    documents: new Set(transitions.map(({ id }) => id)),
    unwritten: new Set(),
  };
}
