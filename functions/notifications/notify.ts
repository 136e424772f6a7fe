/** One e-mail to the customer for every state reached. */

import { redactError } from '../../infra/redact.ts';
import { type Event, eventSchema, type Progress, type Step, stepId } from '../orders/records.ts';
import { retryUnknown } from '../orders/retryUnknown.ts';
import { eventsTopic } from '../orders/topics.ts';
import { deadLetter } from '../runtime/deadLetter.ts';
import { type Invocation, type KafkaHandler, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { LogRecord } from '../runtime/ports.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { InvalidRecord, readRecords } from '../runtime/readRecords.ts';
import { type NotifyPorts, notifyPorts } from './connect.ts';
import { emailDocument } from './emailDocument.ts';
import { composeLetter } from './letter.ts';
import { type MailFault, mailFault } from './mailFault.ts';

/**
 * The Lambda handler on the topic of events. With DESPACHO_EMAIL=false it ignores every record. A letter that cannot go
 * out now is among the failed records.
 * @throws when Redis cannot be read, or Kafka takes neither dead letters nor documents
 */
export function notifyFunction(connect: () => NotifyPorts = notifyPorts): KafkaHandler {
  return kafkaFunction('notify', notify, connect);
}

/**
 * For a recipient that is refused for now: retries, some ten seconds apart, and ms since the step. A batch may hold records of
 * which others were tried often, and what waited for the mail server is old before it is tried.
 */
const patience = { retries: 400, age: 3_600_000 } as const;
const tellEvery = 60_000;

const refusals = {
  final: 'the mail server refused the letter for good',
  recipient: 'the mail server does not take letters for this recipient now',
  server: 'the mail server cannot be used now: it is away, or refuses our account',
} as const satisfies Record<MailFault['kind'], string>;

type Item = { record: Incoming; value: Event };
/** A step whose e-mail is to be out; `sentAt` where an earlier delivery has seen to it (ms since 1970). */
type Mailing = { record: Incoming; progress: Progress; step: Step; sentAt: number | undefined };

async function notify(records: readonly Incoming[], invocation: Invocation<NotifyPorts>): Promise<Outcome> {
  const { ports } = invocation;
  if (!ports.settings.email) {
    return {
      counts: { applied: 0, repeated: 0, ignored: records.length, dead: 0 },
      failed: [],
      records: [],
      documents: [],
    };
  }
  const { good, dead } = readRecords(records, eventSchema, eventsTopic, invocation);
  const steps = firstOfEach(good);
  const { mailings, unknown } = await look(steps, ports);
  const results = await Promise.all(mailings.map((mailing) => sendAlone(mailing, invocation)));
  const waiting = results.flatMap(({ mailing, waits, fault }) => (waits || fault ? [mailing.record] : []));
  tellWaiting(results, ports.clock.monotonic());
  const fault = results.find((result) => result.fault)?.fault;
  if (fault) console.error(`notify: ${waiting.length} e-mails are tried again: ${redactError(fault)}`);
  const retry = retryUnknown(eventsTopic, unknown, invocation);
  const failed = [...retry.failed, ...waiting];
  dead.push(...retry.dead, ...results.flatMap(({ rejected }) => rejected ?? []));
  const repeated = mailings.filter(({ sentAt }) => sentAt !== undefined).length + good.length - steps.length;
  const applied = records.length - repeated - dead.length - failed.length;
  return {
    counts: { applied, repeated, ignored: 0, dead: dead.length },
    failed,
    records: dead,
    documents: results.flatMap(({ mailing: { progress, step }, sentAt }) =>
      sentAt === undefined ? [] : [emailDocument(progress.order, step, sentAt)],
    ),
  };
}

/** After a crash the log may hold an event twice. */
function firstOfEach(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [stepId(item.value.orderId, item.value.version), item])).values()];
}

/** @throws where Redis may have forgotten either: an order without its marks would have its letters sent again */
async function look(items: readonly Item[], { orders, sent }: NotifyPorts) {
  const [marks, loaded] = await Promise.all([
    sent.check(items.map(({ value }) => value)),
    orders.load(items.map(({ value }) => value.orderId)),
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

/** What came of one letter: sent, to be tried again (`fault`: of ours, not of the mail), or given up. */
type Result = Readonly<{
  mailing: Mailing;
  sentAt?: number;
  waits?: MailFault;
  fault?: unknown;
  rejected?: LogRecord[];
}>;

/** Those that are being sent are waited for, whatever happens to one: tried again meanwhile they would go out twice. */
const sendAlone = (mailing: Mailing, invocation: Invocation<NotifyPorts>): Promise<Result> =>
  send(mailing, invocation).catch((fault) => ({ mailing, fault }));

/** @throws when Redis cannot be told of a letter that went out: it may then go out again, with the same Message-ID */
async function send(mailing: Mailing, invocation: Invocation<NotifyPorts>): Promise<Result> {
  const { ports } = invocation;
  const { record, progress, step } = mailing;
  if (mailing.sentAt !== undefined) return { mailing, sentAt: mailing.sentAt };
  try {
    await ports.post.send(composeLetter(progress, step));
  } catch (error) {
    const fault = mailFault(error);
    const mayPass = invocation.retries < patience.retries || invocation.now - record.timestamp < patience.age;
    if (fault.kind === 'server' || (fault.kind === 'recipient' && mayPass)) return { mailing, waits: fault };
    const foreign = /\P{ASCII}/u.test(progress.order.email) ? '; the address has letters that only SMTPUTF8 takes' : '';
    const rejection = new InvalidRecord(`${refusals[fault.kind]} (${fault.code})${foreign}`);
    return { mailing, rejected: [deadLetter(eventsTopic, record, rejection, invocation)] };
  }
  const sentAt = ports.clock.now();
  await ports.sent.mark({ orderId: progress.order.orderId, version: step.version }, sentAt);
  return { mailing, sentAt };
}

/** When a fault was last told (ms of the monotonic clock): each letter that waits would tell it every few seconds. */
const toldAt = new Map<string, number>();

function tellWaiting(results: readonly Result[], now: number): void {
  for (const [text, list] of Map.groupBy(results, ({ waits }) => waits && `${refusals[waits.kind]} (${waits.code})`)) {
    if (text === undefined || now - (toldAt.get(text) ?? Number.NEGATIVE_INFINITY) < tellEvery) continue;
    toldAt.set(text, now);
    console.warn(`notify: ${text}: ${list.length} e-mails wait and are tried again`);
  }
}

/** On `orders.events`. @throws Error that names each setting at fault, where this process cannot use its own */
export const handler = notifyFunction();
