/**
 * What the running system is made of, in the order in which it comes up; it goes down the other way round.
 * The gateway comes after everything that an order needs, so that none is accepted before it all works. The
 * console looks on: it comes last, and goes first, with the loads that were started from it. Then no order is
 * accepted any more, the timers fire no more, and the dispatcher ends what is in flight.
 */

import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { partNames, type Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { type Screen, startConsole } from '../console/console.ts';
import { startKafkaUi } from '../console/kafkaUi.ts';
import { openDoor } from '../door/door.ts';
import { anybodyWith, namedIn, type People } from '../door/people.ts';
import { passwordOf, systemSecrets } from '../engines/password.ts';
import { usualHome } from '../engines/site.ts';
import { startGateway } from '../gateway/server.ts';
import { putTemplates } from '../kibana/templates.ts';
import { isOneOf } from '../namesOf.ts';
import { redisCaughtUp } from '../rebuild/caughtUp.redis.ts';
import { withKept } from '../rebuild/kept.ts';
import { removeOldOnes } from '../rebuild/oldDocuments.ts';
import { startTimers, type Timers } from '../timers/worker.ts';
import { catchUp } from './catchUp.ts';
import { checkRedis } from './checkRedis.ts';
import { comingUp } from './comingUp.ts';
import { type Acting, watchRedis } from './watchRedis.ts';

export type Log = Readonly<{ info(text: string): void; warn(text: string): void; error(text: string): void }>;

/** Brings one part up and resolves with what takes it down again (nothing for what may stay), and a line about it. */
type Part = Readonly<{ name: string; up(): Promise<{ about: string; down?: () => Promise<string | undefined> }> }>;

/** The functions and their triggers, whoever runs them. */
export type Functions = Readonly<{ start(): Promise<string>; drain(milliseconds: number): Promise<string> }>;

/** Long enough for an invocation under way, short enough for a person at Ctrl-C. */
const drainMilliseconds = 20_000;

async function bringTemplates(settings: Settings, { warn }: Log): ReturnType<Part['up']> {
  if (!settings.metrics) return { about: 'not needed: metrics are off' };
  const client = connectElasticsearch(settings);
  await putTemplates(client, settings.namespace).finally(() => client.close());
  if (settings.keepDocuments === undefined) return { about: 'in place' };
  const removing = removeOldOnes(settings, { clock: systemClock, warn });
  return {
    about: `in place, documents are kept for ${settings.keepDocuments} days`,
    down: async () => void removing.cancel(),
  };
}

/** The parts behind the engines that this process is to be, and what all of them need. @param screen without it there is no console */
export function parts(settings: Settings, functions: Functions, log: Log, screen?: Screen): Part[] {
  const all: Part[] = [
    { name: 'redis', up: async () => ({ about: await checkRedis(settings) }) },
    { name: 'topics', up: async () => ({ about: `${await createTopics(settings)} made` }) },
    { name: 'index templates', up: () => bringTemplates(settings, log) },
    ...actingParts(settings, functions, log),
    {
      name: 'gateway',
      async up() {
        const gateway = await startGateway({ settings, log: log.info });
        return {
          about: `gRPC on ${settings.grpcAddress}`,
          down: async () => void (await gateway.drain(drainMilliseconds)),
        };
      },
    },
    ...(screen ? [consolePart(settings, log, screen)] : []),
  ];
  return all.filter(({ name }) => !isOneOf(partNames, name) || settings.parts.includes(name));
}

/** Dispatcher and timers: nothing else acts on what Redis holds, which so holds what the log tells first, and is watched then. */
function actingParts(settings: Settings, functions: Functions, log: Log): Part[] {
  const acting = [dispatcherOf(functions), timersOf(settings, log)].filter(({ name }) => settings.parts.includes(name));
  if (acting.length === 0) return [];
  const ready = () => withKept(settings, (kept) => catchUp(settings, kept, log.warn));
  const watch: Part = {
    name: 'redis watch',
    async up() {
      const redis = connectRedis(settings);
      const caughtUp = redisCaughtUp(redis, settings);
      const { stop } = watchRedis({ caughtUp, acting, catchUp: ready, log, clock: systemClock });
      const down = async () => {
        await stop().finally(() => redis.disconnect());
        return undefined;
      };
      return { about: 'twice a second', down };
    },
  };
  return [{ name: 'orders', up: async () => ({ about: await ready() }) }, ...acting.map(partOf), watch];
}

const dispatcherOf = (functions: Functions) => ({
  name: 'dispatcher' as const,
  up: () => functions.start(),
  down: () => functions.drain(drainMilliseconds),
});

function timersOf(settings: Settings, log: Log) {
  let timers: Timers | undefined;
  return {
    name: 'timers' as const,
    async up() {
      timers = await startTimers(settings, log);
      return `slots of ${settings.timerSlot} ms`;
    },
    async down() {
      await timers?.drain();
      timers = undefined;
      return 'drained';
    },
  };
}

const partOf = ({ name, up, down }: Acting): Part => ({ name, up: async () => ({ about: await up(), down }) });

/** Those whom a file names; or whoever has a role's password, which is random, and kept: `cat .despacho/secrets/console-operate`. */
function doorPeople({ consolePeople }: Settings, log: Log): People {
  if (consolePeople) return namedIn(consolePeople, { clock: systemClock, log: (line) => log.info(line) });
  return anybodyWith({
    view: passwordOf(usualHome, systemSecrets.view),
    operate: passwordOf(usualHome, systemSecrets.operate),
  });
}

function consolePart(settings: Settings, log: Log, screen: Screen): Part {
  return {
    name: 'console',
    async up() {
      const console = await startConsole(settings, screen, log);
      const kafkaUi = await startKafkaUi(settings.consoleUrl);
      const door = settings.consoleAddress
        ? await openDoor({ settings, people: doorPeople(settings, log), ports: screen.ports, clock: systemClock })
        : undefined;
      return {
        about: `${settings.consoleUrl}${kafkaUi ? ', Kafka at http://127.0.0.1:8080' : ''}`,
        async down() {
          door?.close();
          kafkaUi?.close();
          await console.drain();
          return undefined;
        },
      };
    },
  };
}

/** A system whose parts are up. `down` can be called once, and ends what is in flight. */
export type Running = Readonly<{ down(): Promise<void> }>;

/**
 * Brings the parts up one after another. Where one fails, those before it go down again.
 * @param signal gives the start up: it rejects with the signal's reason, and nothing is left up
 */
export async function start(all: readonly Part[], log: Log, signal?: AbortSignal): Promise<Running> {
  const stops: { name: string; down: () => Promise<string | undefined> }[] = [];
  const down = async () => {
    for (const { name, down } of stops.reverse()) {
      const about = await down().catch((error) => `did not end well: ${error}`);
      log.info(`${name} down${about ? `: ${about}` : ''}`);
    }
  };
  for (const { name, up } of all) {
    const coming = up().then(({ about, down }) => {
      log.info(`${name} up: ${about}`);
      if (down) stops.push({ name, down });
    });
    try {
      await comingUp(coming, systemClock, signal);
    } catch (error) {
      await down();
      signal?.throwIfAborted();
      throw new Error(`${name} did not come up: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  return { down };
}
