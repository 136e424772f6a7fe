/** What the engines say, gathered without judging it. */

import { Client, errors } from '@elastic/elasticsearch';
import type { Redis } from 'ioredis';
import { documentSchema } from '../../functions/metrics/document.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { allDue, redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { commandNames } from '../../functions/orders/lifecycle.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import { eventSchema, orderSchema, stepId } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import { readJson, readTopics, type TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../../infra/clock.ts';
import type { Evidence } from './evidence.ts';
import { gatherLetters } from './letters.ts';

const transitionsIndex = 'despacho-transitions';

const sources = [
  ...commandNames.map((name) => ({ topic: commandTopic(name), group: name })),
  ...commandNames.map((name) => ({ topic: deadTopic(commandTopic(name)) })),
  { topic: eventsTopic, group: 'notify' },
  { topic: deadTopic(eventsTopic) },
  { topic: documentsTopic, group: 'index', waitingOnly: true as const },
];

/** Which orders are looked at. */
export type Scope = Readonly<{
  /** The load run's id; every order without one. */
  run?: string | undefined;
  /** Ids of orders whose callers were told that they are stored. */
  acknowledged?: readonly string[] | undefined;
}>;

/** Gathers what is known of one run's orders, or of all. */
export async function gather(settings: Settings, { run, acknowledged = [] }: Scope): Promise<Evidence> {
  const evidence: Evidence = {
    placed: new Map(),
    events: new Map(),
    progress: new Map(),
    dead: new Map(),
    alive: new Set(),
    due: new Map(),
    lookedAt: systemClock.now(),
    strayLetters: new Set(),
    unplaced: new Set(acknowledged),
    unseen: {},
    letters: new Map(),
    unsent: new Set(),
    unsendable: new Set(),
    documents: new Set(),
    unwritten: new Set(),
  };
  // Each effect is looked for after the one that precedes it, so that one that is only just happening is found.
  await gatherDue(settings, evidence);
  await readTopics(settings, sources, (record) => sort(record, run, evidence));
  await gatherProgress(settings, evidence);
  if (settings.email) await gatherLetters(settings, run, evidence);
  if (settings.metrics) await gatherDocuments(settings, run, evidence);
  return evidence;
}

function sort(record: TopicRecord, run: string | undefined, evidence: Evidence): void {
  const { topic, key, waiting } = record;
  if (topic === eventsTopic) sortEvent(record, evidence);
  else if (topic === deadTopic(eventsTopic)) sortUnsendable(record, evidence);
  else if (topic === documentsTopic) sortDocument(record, evidence);
  else if (topic.endsWith('.dead')) sortDead(topic, key, evidence);
  else {
    if (waiting) evidence.alive.add(key);
    if (topic === commandTopic('process')) sortPlaced(record, run, evidence);
  }
}

function sortDead(topic: string, key: string, { dead }: Evidence): void {
  const command = commandNames.find((name) => deadTopic(commandTopic(name)) === topic);
  if (command) dead.set(key, (dead.get(key) ?? new Set()).add(command));
}

function sortPlaced({ key, value }: TopicRecord, run: string | undefined, { placed, unplaced }: Evidence): void {
  unplaced.delete(key);
  const order = orderSchema.safeParse(readJson(value));
  // What does not fit the schema was accepted by nobody: the function put it into the dead-letter topic.
  if (!order.success || (run !== undefined && order.data.run !== run)) return;
  // A repeated call puts the order into the log again: the first record is the one that counted.
  if (!placed.has(order.data.orderId)) placed.set(order.data.orderId, order.data);
}

function sortEvent({ value, waiting }: TopicRecord, evidence: Evidence): void {
  const event = eventSchema.safeParse(readJson(value));
  if (!event.success) return;
  const { orderId, version } = event.data;
  const known = evidence.events.get(orderId) ?? [];
  evidence.events.set(orderId, known);
  known.push(event.data);
  if (waiting) evidence.unsent.add(stepId(orderId, version));
}

/** The e-mail about a step has an id like its transition's. */
function sortDocument({ value }: TopicRecord, { unwritten }: Evidence): void {
  const { data } = documentSchema.safeParse(readJson(value));
  if (data?.index === transitionsIndex) unwritten.add(data.id);
}

function sortUnsendable({ value }: TopicRecord, { unsendable }: Evidence): void {
  const event = eventSchema.safeParse(readJson(value));
  if (event.success) unsendable.add(stepId(event.data.orderId, event.data.version));
}

async function withRedis<T>(settings: Settings, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(settings);
  return work(redis).finally(() => redis.quit());
}

const gatherDue = (settings: Settings, { alive, due }: Evidence): Promise<void> =>
  withRedis(settings, async (redis) => {
    for (const { orderId, at } of await allDue(redisDueTimes(redis, settings))) {
      alive.add(orderId);
      due.set(orderId, at);
    }
  });

const gatherProgress = (settings: Settings, { placed, progress }: Evidence): Promise<void> =>
  withRedis(settings, async (redis) => {
    const orders = redisOrders(redis, settings);
    const ids = [...placed.keys()];
    for (let first = 0; first < ids.length; first += 500) {
      const loaded = await orders.load(ids.slice(first, first + 500));
      for (const one of loaded) if (one) progress.set(one.order.orderId, one);
    }
  });

async function gatherDocuments(
  settings: Settings,
  run: string | undefined,
  { documents, placed, unseen }: Evidence,
): Promise<void> {
  const client = new Client({ node: settings.elasticsearchUrl });
  const index = settings.namespace + transitionsIndex;
  try {
    await client.indices.refresh({ index });
    const query = run === undefined ? { match_all: {} } : { term: { 'despacho.run': run } };
    const pages = client.helpers.scrollSearch({ index, size: 5000, _source: false, query, sort: ['_doc'] });
    for await (const { body } of pages) {
      for (const { _id: id } of body.hits.hits)
        if (id && placed.has(id.slice(0, id.lastIndexOf('-')))) documents.add(id);
    }
  } catch (error) {
    if (!(error instanceof errors.ConnectionError || error instanceof errors.TimeoutError)) throw error;
    unseen.documents = 'no Elasticsearch answers at ELASTICSEARCH_URL';
  } finally {
    await client.close();
  }
}
