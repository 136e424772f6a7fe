/** What the audit gathers: from the log in its own way, from the engines in memory as they stand. */
import { documentsTopic } from '../../../functions/metrics/topics.ts';
import { stepId } from '../../../functions/orders/records.ts';
import { deadTopic } from '../../../functions/runtime/deadLetter.ts';
import { systemClock } from '../../../infra/clock.ts';
import { transitionsIndex } from '../../../scripts/audit/documents.ts';
import type { Evidence } from '../../../scripts/audit/evidence.ts';
import { gatherLog, gatherPlaced } from '../../../scripts/audit/log.ts';
import type { System } from './system.ts';

const whole = { index: 0, of: 1 } as const;

/** @param acknowledged the orders whose customers were told that the shop has them */
export async function evidenceOf(system: System, acknowledged: ReadonlySet<string>): Promise<Evidence> {
  const { settings, kafka, store, mailbox, index } = system;
  const due = [...store.slots.values()].flatMap((held) => [...held.values()]);
  const evidence: Evidence = {
    placed: new Map(),
    events: new Map(),
    progress: new Map(store.orders),
    dead: new Map(),
    alive: new Set(due.map(({ orderId }) => orderId)),
    due: new Map(due.map(({ orderId, at }) => [orderId, at])),
    lookedAt: systemClock.now(),
    letters: mailbox.letters,
    strayLetters: new Set(),
    unplaced: new Set(acknowledged),
    unseen: {},
    unsent: new Set(),
    unsendable: new Set(),
    documents: new Set(index.idsIn(transitionsIndex)),
    documentsFrom: 0,
    unwritten: new Set(),
  };
  const place = { ...settings, socketFactory: kafka.socketFactory };
  await gatherPlaced(place, {}, whole, evidence);
  await gatherLog(place, {}, { share: whole, since: undefined }, evidence);
  // What will never be taken is to lie among the letters.
  for (const { key } of recordsOf(system, deadTopic(documentsTopic))) evidence.unwritten.add(String(key));
  for (const { orderId, email } of evidence.placed.values()) {
    for (const { version } of evidence.events.get(orderId) ?? []) {
      const to = mailbox.addresses.get(stepId(orderId, version));
      if (to !== undefined && to !== email) evidence.strayLetters.add(stepId(orderId, version));
    }
  }
  return evidence;
}

export const recordsOf = ({ kafka }: System, topic: string) =>
  Array.from({ length: kafka.partitions(topic) }, (_, partition) =>
    kafka.records.readCommitted(topic, partition),
  ).flat();
