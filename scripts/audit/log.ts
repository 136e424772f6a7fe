/** What Kafka says of orders. Only what tells of the looked-at ones is kept, however long the log is. */
import { openRecords } from '../../functions/deadLetters/letters.kafka.ts';
import { documentSchema } from '../../functions/metrics/document.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { commandNames } from '../../functions/orders/lifecycle.ts';
import { eventSchema, type Order, orderSchema, stepId } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import {
  readTopics,
  recordsIn,
  type Source,
  spansOf,
  type TopicRecord,
} from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { readJson } from '../../infra/json.ts';
import { transitionsIndex } from './documents.ts';
import type { Evidence } from './evidence.ts';
import { isIn, isWanted, isWhole, type Scope, type Share } from './scope.ts';

/** The clocks of the machines that write may differ by so much (ms), and Kafka orders what it finds by time by theirs. */
export const clockSlack = 60_000;

const early = (moment: number | undefined) => (moment === undefined ? undefined : moment - clockSlack);

const placedSource = ({ since, until }: Scope): Source => ({
  topic: commandTopic('process'),
  since: early(since),
  until: until === undefined ? undefined : until + clockSlack,
});

/** An order and when it came into the log; undefined for what was accepted by nobody: its function put it aside. */
function orderIn({ value, timestamp }: TopicRecord, scope: Scope): Order | undefined {
  const { data } = orderSchema.safeParse(readJson(value));
  return data && isWanted(scope, data, timestamp) ? data : undefined;
}

/** How many parts the orders have to be looked at in, so that each has some `most`. */
export async function sharesOf(settings: Settings, scope: Scope, most: number): Promise<number> {
  const source = placedSource(scope);
  if ((await recordsIn(settings, [source])) <= most) return 1;
  let count = 0;
  await readTopics(settings, [source], (record) => void (orderIn(record, scope) && count++));
  return Math.max(1, Math.ceil(count / most));
}

/** Adds the accepted orders. @returns when the first of them came into the log (ms since 1970) */
export async function gatherPlaced(settings: Settings, scope: Scope, share: Share, evidence: Evidence) {
  const { placed, unplaced } = evidence;
  let first = Number.POSITIVE_INFINITY;
  await readTopics(settings, [placedSource(scope)], (record) => {
    unplaced.delete(record.key);
    if (!isIn(share, record.key)) return;
    const order = orderIn(record, scope);
    // A repeated call puts the order into the log again: the first record is the one that counted.
    if (!order || placed.has(order.orderId)) return;
    placed.set(order.orderId, order);
    first = Math.min(first, record.timestamp);
  });
  return first;
}

/** Adds what the log tells of the placed orders. @param since ms since 1970; undefined reads everything */
export async function gatherLog(
  settings: Settings,
  scope: Scope,
  { share, since }: Readonly<{ share: Share; since: number | undefined }>,
  evidence: Evidence,
): Promise<void> {
  const from = { since: early(since) };
  const isStrange = (orderId: string) => isWhole(scope) && isIn(share, orderId);
  const sources = [
    ...commandNames.map((name) => ({ topic: commandTopic(name), group: name, ...from })),
    { topic: eventsTopic, group: 'notify', ...from },
    { topic: documentsTopic, group: 'index', waitingOnly: true as const },
  ];
  await readTopics(settings, sources, (record) => {
    if (record.topic === eventsTopic) sortEvent(record, evidence, isStrange);
    else if (record.topic === documentsTopic) sortDocument(record, evidence);
    else if (record.waiting && evidence.placed.has(record.key)) evidence.alive.add(record.key);
  });
  await gatherDead(settings, from, evidence);
}

function sortEvent({ value, waiting }: TopicRecord, evidence: Evidence, isStrange: (orderId: string) => boolean): void {
  const { data: event } = eventSchema.safeParse(readJson(value));
  if (!event) return;
  const { orderId, version } = event;
  const isKnown = evidence.placed.has(orderId);
  if (!isKnown && !isStrange(orderId)) return;
  const known = evidence.events.get(orderId) ?? [];
  evidence.events.set(orderId, known);
  // Of an order that nobody placed it is enough to know that there is one.
  if (!isKnown) return;
  known.push(event);
  if (waiting) evidence.unsent.add(stepId(orderId, version));
}

/** The e-mail about a step has an id like its transition's. */
function sortDocument({ value }: TopicRecord, { unwritten, placed }: Evidence): void {
  const { data } = documentSchema.safeParse(readJson(value));
  if (data?.index === transitionsIndex && placed.has(data.id.slice(0, data.id.lastIndexOf('-'))))
    unwritten.add(data.id);
}

async function gatherDead(settings: Settings, from: Pick<Source, 'since'>, evidence: Evidence): Promise<void> {
  const commands = new Map(commandNames.map((name) => [settings.namespace + deadTopic(commandTopic(name)), name]));
  const events = settings.namespace + deadTopic(eventsTopic);
  const sources = [...commands.keys(), events].map((name) => ({
    topic: name.slice(settings.namespace.length),
    ...from,
  }));
  for (const { topic, key, value } of await openRecords(settings, await spansOf(settings, sources))) {
    const orderId = String(key ?? '');
    const command = commands.get(topic);
    if (!evidence.placed.has(orderId)) continue;
    if (command) evidence.dead.set(orderId, (evidence.dead.get(orderId) ?? new Set()).add(command));
    const { data: event } = eventSchema.safeParse(readJson(value));
    if (event && topic === events) evidence.unsendable.add(stepId(event.orderId, event.version));
  }
}
