/** One e-mail to the customer for every state reached. */

import { type Event, eventSchema, type Progress, type Step, stepId } from '../orders/records.ts';
import { retryUnknown } from '../orders/retryUnknown.ts';
import { eventsTopic } from '../orders/topics.ts';
import { deadLetter } from '../runtime/deadLetter.ts';
import { type Invocation, type KafkaHandler, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { InvalidRecord, readRecords } from '../runtime/readRecords.ts';
import { type NotifyPorts, notifyPorts } from './connect.ts';
import { emailDocument } from './emailDocument.ts';
import { composeLetter } from './letter.ts';

export function notifyFunction(connect: () => NotifyPorts = notifyPorts): KafkaHandler {
  return kafkaFunction('notify', notify, connect);
}

type Item = { record: Incoming; value: Event };
/** A step whose e-mail is to be out; `sentAt` where an earlier delivery has seen to it (ms since 1970). */
type Mailing = { record: Incoming; progress: Progress; step: Step; sentAt: number | undefined };

async function notify(records: readonly Incoming[], invocation: Invocation<NotifyPorts>): Promise<Outcome> {
  const { ports } = invocation;
  if (!ports.settings.email) {
    return { counts: { applied: 0, repeated: 0, ignored: records.length, dead: 0 }, failed: [], documents: [] };
  }
  const { good, dead } = readRecords(records, eventSchema, eventsTopic, invocation);
  const steps = firstOfEach(good);
  const { mailings, unknown } = await look(steps, ports);
  const sent = await Promise.allSettled(mailings.map((mailing) => send(mailing, invocation)));
  const fault = sent.find((result) => result.status === 'rejected');
  // The batch comes again; what is marked as sent by now is not sent again.
  if (fault) throw fault.reason;
  const results = sent.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const retry = retryUnknown(eventsTopic, unknown, invocation);
  dead.push(...retry.dead, ...results.flatMap(({ rejected }) => rejected ?? []));
  await ports.log.publish(dead);
  const repeated = mailings.filter(({ sentAt }) => sentAt !== undefined).length + good.length - steps.length;
  const applied = records.length - repeated - dead.length - retry.failed.length;
  return {
    counts: { applied, repeated, ignored: 0, dead: dead.length },
    failed: retry.failed,
    documents: results.flatMap(({ mailing: { progress, step }, sentAt }) =>
      sentAt === undefined ? [] : [emailDocument(progress.order, step, sentAt)],
    ),
  };
}

/** After a crash the log may hold an event twice. */
function firstOfEach(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [stepId(item.value.orderId, item.value.version), item])).values()];
}

async function look(items: readonly Item[], { orders, sent }: NotifyPorts) {
  const [loaded, marks] = await Promise.all([
    orders.load(items.map(({ value }) => value.orderId)),
    sent.check(items.map(({ value }) => value)),
  ]);
  const mailings: Mailing[] = [];
  const unknown: Incoming[] = [];
  items.forEach(({ record, value }, index) => {
    const progress = loaded[index];
    const step = progress?.history[value.version - 1];
    if (progress && step) mailings.push({ record, progress, step, sentAt: marks[index] });
    else unknown.push(record);
  });
  return { mailings, unknown };
}

/** @throws when the mail server cannot be reached or asks to try later; a letter that it will never take is dead */
async function send(mailing: Mailing, invocation: Invocation<NotifyPorts>) {
  const { ports } = invocation;
  const { record, progress, step } = mailing;
  if (mailing.sentAt !== undefined) return { mailing, sentAt: mailing.sentAt };
  try {
    await ports.post.send(composeLetter(progress, step));
  } catch (error) {
    const code = (error as { responseCode?: number }).responseCode;
    if (code === undefined) throw error;
    // The server's own words are left out: they may quote the address.
    if (code < 500) throw new Error(`the mail server asks to try again later (SMTP ${code})`);
    const foreign = /\P{ASCII}/u.test(progress.order.email) ? '; the address has letters that only SMTPUTF8 takes' : '';
    const rejection = new InvalidRecord(`the mail server refused the letter for good (SMTP ${code})${foreign}`);
    return { mailing, sentAt: undefined, rejected: [deadLetter(eventsTopic, record, rejection, invocation)] };
  }
  const sentAt = ports.clock();
  await ports.sent.mark({ orderId: progress.order.orderId, version: step.version }, sentAt);
  return { mailing, sentAt };
}

export const handler = notifyFunction();
