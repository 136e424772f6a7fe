/** When a run is over, and what is wrong with it then. */
import { commandTopic } from '../../../functions/orders/topics.ts';
import type { Evidence } from '../../../scripts/audit/evidence.ts';
import { judge } from '../../../scripts/audit/judge.ts';
import { recipients } from './engines.ts';
import { recordsOf } from './evidence.ts';
import { plan } from './service.ts';
import type { System } from './system.ts';

/** Whether all so many orders are there and have come to their end, and every function has done all that it is given. */
export function isAllDone({ kafka, store }: System, orderIds: ReadonlySet<string>, count: number): boolean {
  if (orderIds.size < count) return false;
  if (store.slots.size > 0 || ![...orderIds].every((id) => store.ended.has(id))) return false;
  return plan.mappings.every(({ topic, consumerGroupId }) => {
    const committed = kafka.groups.committed(consumerGroupId, topic);
    return Array.from({ length: kafka.partitions(topic) }).every(
      (_, partition) => (committed.get(partition)?.offset ?? 0) === kafka.records.ends(topic, partition).end,
    );
  });
}

/** Only what will never be taken is given up. */
export function givenUp({ unsendable, unwritten, placed }: Evidence, { index }: System): string | undefined {
  const orderOf = (step: string) => placed.get(step.slice(0, step.lastIndexOf('-')));
  const letter = [...unsendable].find((step) => !orderOf(step)?.email.startsWith(recipients.gone));
  if (letter) return `an e-mail is given up that would be taken: ${letter}`;
  const document = [...unwritten].find((id) => !index.isUnfit(id));
  return document && `a document is given up that would be taken: ${document}`;
}

/** Each letter that was taken has its document, and no other has one. */
function emailDocumentFault({ letters, unwritten }: Evidence, { index }: System): string | undefined {
  const written = new Set(index.idsIn('despacho-emails'));
  const missing = [...letters.keys()].find((step) => !written.has(step) && !unwritten.has(step));
  if (missing) return `an e-mail has no document: ${missing}`;
  const stray = [...written].find((step) => !letters.has(step));
  return stray && `a document tells of an e-mail that never went out: ${stray}`;
}

/** @param cancelled orders whose customers were told that the shop has their cancellation */
function lostCancellation(system: System, cancelled: ReadonlySet<string>): string | undefined {
  const stored = new Set(recordsOf(system, commandTopic('cancel')).map(({ key }) => String(key)));
  const lost = [...cancelled].find((orderId) => !stored.has(orderId));
  return lost && `a cancellation that was answered OK is not stored: ${lost}`;
}

/** What the run has beside the engines: `actions` is how often something befell more than one call. */
type Run = Readonly<{ system: System; cancelled: ReadonlySet<string>; actions: number }>;

/** The first thing that does not hold; undefined where everything does. */
export function wrongIn(evidence: Evidence, { system, cancelled, actions }: Run): string | undefined {
  const { offences, inFlight } = judge(evidence, { email: true, metrics: true, whole: true });
  // The audit takes a few repeats for crashes. Here a call in ten may fail, and each can have repeated a letter.
  const offence = offences.find(({ kind }) => kind !== 'e-mail over and over');
  if (offence) return `${offence.kind}: ${offence.orderId} ${offence.about}`;
  const [dead] = evidence.dead;
  if (dead) return `commands are given up: ${dead[0]} ${[...dead[1]]}`;
  if (inFlight > 0) return `orders are in flight: ${inFlight}`;
  const most = 1 + system.faults.repeating + actions;
  const repeated = [...evidence.letters].find(([, ids]) => [...ids.values()].some((count) => count > most));
  if (repeated) return `an e-mail came more often than anything befell it: ${repeated[0]}`;
  return lostCancellation(system, cancelled) ?? emailDocumentFault(evidence, system);
}
