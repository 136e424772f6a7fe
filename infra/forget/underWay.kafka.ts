import { documentsTopic } from '../../functions/metrics/topics.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../clock.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';

/** What of a customer can still come into an engine after it has forgotten, and who brings it there. */
const waysOf = ({ email }: Pick<Settings, 'email'>) => [
  ...(email ? [{ topic: eventsTopic, group: 'notify', what: 'letters to the inbox' }] : []),
  { topic: documentsTopic, group: 'index', what: 'documents to Elasticsearch' },
];
/** ms that it is waited for. */
const patience = 30_000;
const lookEvery = 200;

type Offsets = readonly { partition: number; offset: string }[];

/** Records of this moment that a group has not dealt with, by what it has committed since. */
const left = (ends: Offsets, low: ReadonlyMap<number, string>, committed: Offsets): number =>
  ends.reduce((sum, { partition, offset }) => {
    const done = Number(committed.find((one) => one.partition === partition)?.offset ?? -1);
    return sum + Math.max(0, Number(offset) - Math.max(done, Number(low.get(partition) ?? 0)));
  }, 0);

/** Waits for what is in the log now to be where it goes. @returns a sentence for each way on which something is left */
export const underWay = (settings: Settings, waits = patience): Promise<string[]> =>
  withAdmin(connectKafka(settings, 'despacho-forget', 'answersSoon'), async (admin) => {
    const until = systemClock.monotonic() + waits;
    const told = waysOf(settings).map(async ({ topic, group, what }) => {
      const [name, groupId] = [settings.namespace + topic, settings.namespace + group];
      const ends = await admin.fetchTopicOffsets(name);
      const low = new Map(ends.map((one) => [one.partition, one.low]));
      for (;;) {
        const [committed] = await admin.fetchOffsets({ groupId, topics: [name] });
        const count = left(ends, low, committed?.partitions ?? []);
        if (count === 0) return [];
        if (systemClock.monotonic() > until) return [`${count} records are on their way as ${what}; start the system`];
        await sleep(systemClock, lookEvery);
      }
    });
    return (await Promise.all(told)).flat();
  });
