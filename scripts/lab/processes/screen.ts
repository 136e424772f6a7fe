/** The screen in a process of its own. */
import type { Admin } from 'kafkajs';
import { kinds } from '../../../functions/messages/message.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock, type Timer } from '../../../infra/clock.ts';
import { obey } from '../../../infra/processes/obey.ts';
import { type Screen, startScreen } from '../screen/server.ts';
import { connectLabKafka } from '../topics.ts';
import type { News, Order } from './talk.ts';

const every = 1000;

let screen: Screen | undefined;
let ticking: Timer | undefined;

type Kafka = { produced: number; lag: number };

/** How many messages the topic has ever held, and how many of them the group has not done yet. */
async function lookAtKafka(admin: Admin, topic: string, groupId: string): Promise<Kafka> {
  const [ends, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const done = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    produced: sum(ends.map(({ high }) => Number(high))),
    lag: sum(ends.map(({ partition, high, low }) => Number(high) - Math.max(Number(low), done.get(partition) ?? 0))),
  };
}

/** Tells everybody who looks how fast messages come into Kafka, and how fast here. */
async function tick(topic: string, group: string, look: Screen, tell: (news: News) => void): Promise<void> {
  const admin = connectLabKafka(readSettings()).admin();
  await admin.connect();
  const moment = ({ produced, lag }: Kafka) => ({ at: systemClock.monotonic(), shown: look.shown(), produced, lag });
  let last = moment(await lookAtKafka(admin, topic, group));
  ticking = systemClock.every(every, async () => {
    // While Kafka is away its last figures stand.
    const now = moment(await lookAtKafka(admin, topic, group).catch(() => last));
    const seconds = (now.at - last.at) / 1000;
    look.tell({
      producedPerSecond: (now.produced - last.produced) / seconds,
      shownPerSecond: (now.shown - last.shown) / seconds,
      produced: now.produced,
      shown: now.shown,
      lag: now.lag,
    });
    tell({ kind: 'progress', messages: now.shown });
    last = now;
  });
}

obey<Order, News>(async (order, tell) => {
  if (order.kind === 'screen') {
    screen = await startScreen(order.port);
    const { namespace } = readSettings();
    await tick(namespace + kinds[order.messages].topic, namespace + order.group, screen, tell);
    tell({ kind: 'ready', address: screen.url });
  }
  if (order.kind === 'stop') {
    ticking?.cancel();
    await screen?.close();
    process.disconnect?.();
  }
});
