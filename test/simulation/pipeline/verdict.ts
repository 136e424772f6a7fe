/** When a run is over, and what is wrong with it then. */
import type { Evidence } from '../../../scripts/audit/evidence.ts';
import { judge } from '../../../scripts/audit/judge.ts';
import { recipients } from './engines.ts';
import { plan } from './service.ts';
import type { System } from './system.ts';

/** Whether these orders have come to their end, and every function has done all that it is given. */
export function isAllDone({ kafka, store }: System, orderIds: ReadonlySet<string>): boolean {
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

/** The first thing that does not hold; undefined where everything does. @param disturbed whether anything befell the run */
export function wrongIn(evidence: Evidence, disturbed: boolean): string | undefined {
  const { offences, dead, inFlight, repeatedLetters } = judge(evidence, { email: true, metrics: true, whole: true });
  // The audit takes a few repeats for crashes. Here a call in ten may fail, and no bound holds; without faults none is repeated.
  const offence = offences.find(({ kind }) => kind !== 'e-mail over and over');
  if (offence) return `${offence.kind}: ${offence.orderId} ${offence.about}`;
  if (dead > 0) return `orders are dead: ${dead}`;
  if (inFlight > 0) return `orders are in flight: ${inFlight}`;
  if (!disturbed && repeatedLetters > 0) return `e-mails came again though nothing failed: ${repeatedLetters}`;
  return undefined;
}
