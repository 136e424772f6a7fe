/** The screen in a process of its own. */
import { kinds } from '../../../functions/messages/records.ts';
import { readSettings } from '../../../functions/runtime/settings.ts';
import { type Screen, startScreen } from '../screen/server.ts';
import { connectLabKafka } from '../topics.ts';
import { type News, obey } from './talk.ts';

const every = 1000;

let screen: Screen | undefined;
let ticking: NodeJS.Timeout | undefined;

/** Tells everybody who looks how fast messages come into Kafka, and how fast here. */
async function tick(topic: string, look: Screen, tell: (news: News) => void): Promise<void> {
  const admin = connectLabKafka(readSettings()).admin();
  await admin.connect();
  const produced = async (): Promise<number> =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  let last = { at: performance.now(), produced: await produced(), shown: look.shown() };
  ticking = setInterval(async () => {
    const now = { at: performance.now(), produced: await produced().catch(() => last.produced), shown: look.shown() };
    const seconds = (now.at - last.at) / 1000;
    look.tell({
      producedPerSecond: (now.produced - last.produced) / seconds,
      shownPerSecond: (now.shown - last.shown) / seconds,
      produced: now.produced,
      shown: now.shown,
      lag: Math.max(0, now.produced - now.shown),
    });
    tell({ kind: 'progress', messages: now.shown });
    last = now;
  }, every);
}

obey(async (order, tell) => {
  if (order.kind === 'screen') {
    screen = await startScreen(order.port);
    await tick(readSettings().namespace + kinds[order.messages].topic, screen, tell);
    tell({ kind: 'ready', address: screen.url });
  }
  if (order.kind === 'stop') {
    clearInterval(ticking);
    await screen?.close();
    process.disconnect?.();
  }
});
