import type { EachBatchPayload } from 'kafkajs';
import { documentSchema } from '../../functions/metrics/document.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { commandNames, stateNames } from '../../functions/orders/lifecycle.ts';
import type { Due } from '../../functions/orders/ports.ts';
import type { Event } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock, type Timer } from '../clock.ts';
import { readJson } from '../json.ts';
import { onGap } from '../kafkajs/gaps.ts';
import { connectKafka, type KafkaAccess, withAdmin } from '../kafkajs/kafkaClient.ts';
import { isOneOf } from '../namesOf.ts';
import type { Tally } from './tally.ts';

/**
 * Enough to count it. The functions have checked the whole: to do so again for each took a seventh of the main thread's
 * time under load.
 */
const isEvent = (value: unknown): value is Event => {
  const { orderId, version, command, to, at } = (value ?? {}) as Partial<Event>;
  return (
    typeof orderId === 'string' &&
    typeof version === 'number' &&
    typeof at === 'number' &&
    isOneOf(commandNames, command) &&
    isOneOf(stateNames, to)
  );
};

/** Most documents are of transitions, which the events tell already: to look into one costs a fiftieth of reading it. */
const countsNothing = '"index":"despacho-transitions"';

/** @param isOfEvents whether it is a record of the events, or of the documents */
export function count(
  tally: Pick<Tally, 'takeEvent' | 'takeDocument'>,
  isOfEvents: boolean,
  value: Buffer | null,
): void {
  if (!isOfEvents && value?.includes(countsNothing)) return;
  const json = readJson(value);
  if (isOfEvents) {
    if (isEvent(json)) tally.takeEvent(json);
    return;
  }
  const document = documentSchema.safeParse(json);
  if (document.success) tally.takeDocument(document.data);
}

/** ms until due times that could not be read are asked for again. */
const patience = 1000;

/** Starts the tally again from the due times, which are asked for until they can be read, or the signal says that it is over. */
function restarting(tally: Pick<Tally, 'restart'>, dueTimes: () => Promise<Due[]>, over: AbortSignal) {
  let done = Promise.resolve();
  let again: Timer | undefined;
  over.addEventListener('abort', () => again?.cancel());
  const restart = (): void => {
    again?.cancel();
    done = done.then(dueTimes).then(
      (due) => tally.restart(due),
      () => {
        if (!over.aborted) again = systemClock.after(patience, restart);
      },
    );
  };
  return { restart, done: () => done };
}

/**
 * Tells the tally of every event and invocation from now on. Nothing is committed: whenever the log may have been
 * read with a gap (at the start, and after Kafka was away), the tally starts again from the due times.
 */
export async function follow(
  settings: Pick<Settings, 'namespace'> & KafkaAccess,
  tally: Pick<Tally, 'restart' | 'takeEvent' | 'takeDocument'>,
  dueTimes: () => Promise<Due[]>,
): Promise<{ close(): Promise<void> }> {
  const { namespace } = settings;
  const kafka = connectKafka(settings, 'despacho-console', 'waits');
  const groupId = `${namespace}console-${systemClock.uuid()}`;
  // The page is told once a second: one fetch for all that came meanwhile costs a fraction of one for each record.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, minBytes: 65_536, sessionTimeout: 10_000 });
  const over = new AbortController();
  const { restart, done } = restarting(tally, dueTimes, over.signal);
  onGap(consumer, restart);

  const take = async ({ batch }: EachBatchPayload): Promise<void> => {
    // Records that come while the due times are read wait for them; they are then known to be newer, or recognised.
    await done();
    if (over.signal.aborted) return;
    for (const { value } of batch.messages) count(tally, batch.topic === namespace + eventsTopic, value);
  };

  await consumer.connect();
  await consumer.subscribe({ topics: [namespace + eventsTopic, namespace + documentsTopic], fromBeginning: false });
  await consumer.run({ autoCommit: false, eachBatch: take });
  return {
    async close() {
      over.abort();
      await consumer.disconnect();
      // A group that is not removed now is forgotten by Kafka later.
      await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]).catch(() => undefined));
    },
  };
}
