/**
 * What the console page needs to live between two requests: the count of what happens, pushed to everybody who
 * looks once a second, and the loads that were started from the page.
 */
import type { Redis } from 'ioredis';
import { type Ask, type Done, watchersKey } from '../../functions/console/asks.ts';
import { allDue, redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock, withDeadline } from '../clock.ts';
import { redrive } from '../deadLetters/redrive.ts';
import { Mistake } from '../faults.ts';
import { answerRequests } from './answers.ts';
import { Dashboards } from './drawDashboards.ts';
import { follow } from './follow.ts';
import { LabRuns, Loads, type StartEngine } from './jobs.ts';
import { type Backlog, BacklogWatch } from './lag.ts';
import { LagRecord } from './lagRecord.ts';
import type { Programs } from './programs.ts';
import { Tally } from './tally.ts';

type Log = Readonly<{ warn(text: string): void }>;
/** The running console's part of the system; `drain` ends its loads and lab runs, too. */
type Console = Readonly<{ drain(): Promise<void> }>;

const second = 1000;
/** Backlogs cost Kafka some forty small requests a look. */
const backlogEvery = 2 * second;

const overdueSlots = (redis: Redis, { namespace }: Settings): Promise<number> =>
  redis.zcount(orderKeys(namespace).slots, 0, systemClock.now() - second);

/** What the console can start, and where its page and its WebSocket listen on this machine. */
export type Screen = Readonly<{
  programs: Programs;
  ports: Readonly<{ page: number; socket: number }>;
  /** Where a run of the lab may not start the store that it wants. */
  startEngine?: StartEngine | undefined;
}>;

/** @throws when Kafka does not answer at the start; what fails later is logged, and tried again */
export async function startConsole(
  settings: Settings,
  { programs, ports, startEngine }: Screen,
  log: Log,
): Promise<Console> {
  const redis = connectRedis(settings);
  const tally = new Tally();
  const loads = new Loads('The load', programs.load);
  const labRuns = new LabRuns('The run', programs.lab, startEngine);
  const dashboards = new Dashboards(settings);
  const watch = new BacklogWatch(settings);
  const record = new LagRecord(settings);
  await watch.connect();
  const following = await follow(settings, tally, () => allDue(redisDueTimes(redis, settings)));
  const able = { tally, loads, labRuns, dashboards, settings };
  const requests = await answerRequests(settings, (asked) => answer(asked, able));
  let backlog: Backlog = { lag: [], dead: [] };
  let overdue = 0;

  const looking = repeat(backlogEvery, log, async () => {
    [backlog, overdue] = await Promise.all([watch.look(), overdueSlots(redis, settings)]);
    await record.keep(backlog.lag, systemClock.now());
  });
  const ticking = repeat(second, log, async () => {
    const snapshot = tally.tick(systemClock.now(), { ...backlog, overdue, load: loads.shown, lab: labRuns.shown });
    await pushTo(redis, watchersKey(settings.namespace), `ws://127.0.0.1:${ports.socket}`, JSON.stringify(snapshot));
  });
  return {
    async drain() {
      looking.stop();
      ticking.stop();
      await Promise.all([loads.stop(), labRuns.stop()]);
      const open = [requests, following, watch, record, dashboards];
      await Promise.allSettled([...open.map((one) => one.close()), redis.quit()]);
    },
  };
}

type Able = Readonly<{ tally: Tally; loads: Loads; labRuns: LabRuns; dashboards: Dashboards; settings: Settings }>;

async function answer(asked: Ask, { tally, loads, labRuns, dashboards, settings }: Able): Promise<Done[Ask['kind']]> {
  switch (asked.kind) {
    case 'history':
      return tally.history();
    case 'start load':
      return loads.start(asked.load);
    case 'stop load':
      await loads.stop();
      return null;
    case 'start lab':
      return labRuns.start(asked.lab);
    case 'stop lab':
      await labRuns.stop();
      return null;
    case 'redrive':
      if (await redrive(settings, asked.place)) return null;
      throw new Mistake('request', 'It was dealt with already.');
    case 'draw dashboard':
      return dashboards.draw(asked.view);
  }
}

/** Does `work` again and again, never twice at a time; a failure is told once and the next try may do better. */
function repeat(milliseconds: number, log: Log, work: () => Promise<void>): { stop(): void } {
  let busy = false;
  let failing = false;
  const attempt = async () => {
    if (busy) return;
    busy = true;
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing) log.warn(`console: ${error}; it goes on trying`);
      failing = true;
    }
    busy = false;
  };
  const timer = systemClock.every(milliseconds, attempt);
  return { stop: () => timer.cancel() };
}

const gone = 410;
/** Milliseconds. */
const patience = 5000;

/**
 * Sends `text` to every WebSocket connection of the set by API Gateway's `POST /@connections/<id>`, and forgets those
 * that are gone. A connection that takes its time misses the next texts: `repeat` waits for this.
 * @param socket address of the WebSocket API, like ws://127.0.0.1:3001
 */
async function pushTo(redis: Redis, key: string, socket: string, text: string): Promise<void> {
  const connections = await redis.smembers(key);
  const address = socket.replace(/^ws/, 'http');
  await Promise.all(
    connections.map(async (connection) => {
      const url = `${address}/@connections/${encodeURIComponent(connection)}`;
      const status = await withDeadline(systemClock, patience, async (signal) => {
        const response = await fetch(url, { method: 'POST', body: text, signal });
        await response.arrayBuffer();
        return response.status;
      });
      if (status === gone) await redis.srem(key, connection);
    }),
  );
}
