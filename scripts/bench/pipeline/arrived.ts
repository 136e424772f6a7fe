import type { Admin } from 'kafkajs';
import { documentsTopic } from '../../../functions/metrics/topics.ts';
import { eventsTopic } from '../../../functions/orders/topics.ts';
import type { Settings } from '../../../functions/settings.ts';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';

/** Records of `topic` that the group `group` has not done (both without the namespace). */
async function waitingFor(admin: Admin, namespace: string, topic: string, group: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(namespace + topic);
  const [known] = await admin.fetchOffsets({ groupId: namespace + group, topics: [namespace + topic] });
  const done = new Map(known?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
  return ends.reduce((sum, { partition, high }) => sum + Number(high) - (done.get(partition) ?? 0), 0);
}

/**
 * Resolves when what follows the events has arrived, too: first every e-mail, then every document, those of the e-mails
 * among them.
 * @returns ms since 1970, to within a tenth of a second; 0 where neither is asked for
 * @throws after `milliseconds`, naming what still waits
 */
export async function untilArrived(settings: Settings, milliseconds: number): Promise<number> {
  const { namespace, email, metrics } = settings;
  const follow = [
    ...(email ? [{ topic: eventsTopic, group: 'notify', what: 'events wait for their e-mail' }] : []),
    ...(metrics ? [{ topic: documentsTopic, group: 'index', what: 'documents wait for Elasticsearch' }] : []),
  ];
  if (follow.length === 0) return 0;
  const deadline = systemClock.now() + milliseconds;
  await withAdmin(connectKafka(settings, 'despacho-bench', 'answersSoon'), async (admin) => {
    for (const { topic, group, what } of follow) {
      for (;;) {
        const waiting = await waitingFor(admin, namespace, topic, group);
        if (waiting === 0) break;
        if (systemClock.now() > deadline) throw new Error(`${waiting} ${what} after ${milliseconds} ms`);
        await sleep(systemClock, 100);
      }
    }
  });
  return systemClock.now();
}
