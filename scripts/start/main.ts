/** `npm start [-- --once]`: the whole system from nothing, shown at work with real orders. */
import { z } from 'zod';
import { type Language, type State, stateNames, states } from '../../functions/orders/lifecycle.ts';
import { partNames, readSettings, type Settings } from '../../functions/settings.ts';
import { flag, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { kafkaKinds } from '../../infra/engines/catalogue.ts';
import { give } from '../../infra/engines/ordinaryUser.ts';
import { Mistake } from '../../infra/faults.ts';
import { namesOf } from '../../infra/namesOf.ts';
import { orAborted, untilAborted } from '../../infra/orAborted.ts';
import { runMain } from '../../infra/runMain.ts';
import { dropRoot } from '../../infra/system/dropRoot.ts';
import { bringEnginesUp } from '../../infra/system/engines.ts';
import { requireNoSystem } from '../../infra/system/pidFile.ts';
import { audit } from '../audit/audit.ts';
import { demonstrate, type Move } from './orders.ts';
import { summary } from './summary.ts';
import { type System, startSystem, systemLog } from './system.ts';

/**
 * Shows orders as they move: a line for each state, drawn again in place on a terminal;
 * elsewhere a line for each transition.
 */
function board(language: Language, output: NodeJS.WriteStream = process.stdout): (move: Move) => void {
  const shown = stateNames.filter((state) => state !== 'cancelled');
  const where = new Map<string, State>();
  let drawn = false;
  const lineOf = (state: State): string => {
    const count = [...where.values()].filter((one) => one === state).length;
    return `  ${states[state].label[language].padEnd(14)}${'●'.repeat(count)} ${count || ''}`;
  };
  return ({ orderId, command, to, milliseconds }) => {
    where.set(orderId, to);
    if (!output.isTTY) {
      output.write(
        `  order ${orderId.slice(0, 8)}  ${states[to].label[language].padEnd(14)} ${command}, ${milliseconds} ms\n`,
      );
      return;
    }
    if (drawn) output.moveCursor(0, -shown.length);
    for (const state of shown) {
      output.clearLine(0);
      output.write(`${lineOf(state)}\n`);
    }
    drawn = true;
  };
}

const kinds = namesOf(kafkaKinds);

const commandLine = {
  name: 'npm start --',
  about: `Brings up every engine that is missing, starts the system, sends some orders and shows them moving, then stays up.
DESPACHO_* variables set everything that no flag sets; README.md lists them.`,
  flags: {
    once: toggle('ends after that: with 0 when every order is finished and the audit is clean, else with 1'),
    clock: flag(
      '<factor>',
      'divides the waits of these orders (10: a wait of 5 s takes 0.5 s)',
      z
        .string()
        .default('10')
        .refine((text) => Number(text) > 0, { error: ({ input }) => `${input}: is a number above 0, like 10` })
        .transform(Number),
    ),
    cluster: toggle(
      'engines of several nodes each, without Docker: three Kafka brokers, Redis with a replica and Sentinel, two of Elasticsearch',
    ),
    native: toggle('starts the engines without Docker even where Docker answers'),
    kafka: flag(
      `<${kinds.join('|')}>`,
      'zookeeper: Kafka 3.9 with ZooKeeper, as it was run before; kraft (the default): Kafka by itself',
      z.enum(kinds, { error: ({ input }) => `${input}: is one of ${kinds.join(', ')}` }).default('kraft'),
    ),
  },
};

/** Milliseconds for an orderly end: the system's own, and a little. */
const endMilliseconds = 50_000;

async function main(): Promise<number> {
  const { clock, cluster, kafka, native, once } = readCommandLine(commandLine);
  requireNoSystem();
  if (cluster && kafka !== 'kraft') throw new Mistake('flag', '--cluster is of Kafka by itself: leave --kafka out');
  const { parts } = readSettings();
  if (once && !isWhole(parts)) {
    throw new Mistake(
      'setting',
      '--once sends orders, which need the whole system: unset DESPACHO_PARTS, or leave --once out',
    );
  }
  const signal = endRequest(endMilliseconds);
  const log = { info: console.log, warn: console.warn, error: console.error };
  const engines = bringEnginesUp(log, { kafka, containers: !native && !cluster, cluster });
  console.log(`Engines: ${await orAborted(engines, signal)}`);
  return run(clock, once, signal);
}

const isWhole = (parts: Settings['parts']): boolean => partNames.every((name) => parts.includes(name));

async function run(clock: number, once: boolean, signal: AbortSignal): Promise<number> {
  const settings = readSettings();
  console.log('System: starting …');
  const system = await startSystem(settings.grpcAddress, { signal });
  // Its end is told where the system fails.
  const said = dropRoot(settings, (user) => give(systemLog, user));
  if (said) console.log(said);
  try {
    if (isWhole(settings.parts)) {
      const good = await showAtWork(settings, system, clock, signal);
      if (once) return good ? 0 : 1;
    } else console.log(`System: up, of it ${settings.parts.join(', ')}.`);
    console.log('\nUp until Ctrl-C. The engines stay for the next start; npm run stop ends them too.');
    await Promise.race([untilAborted(signal), system.failed]);
    return 0;
  } finally {
    console.log('System: ending what is in flight …');
    await system.stop();
  }
}

/** @returns whether every order is finished, and the audit clean */
async function showAtWork(settings: Settings, system: System, clock: number, signal: AbortSignal): Promise<boolean> {
  console.log('System: up. Orders on their way:');
  const moves: Move[] = [];
  const show = board(settings.language);
  const demonstration = demonstrate(system.client, clock, (move) => {
    moves.push(move);
    show(move);
  });
  const over = await orAborted(Promise.race([demonstration, system.failed]), signal);
  const verdict = await orAborted(audit(settings, { run: over.run, acknowledged: over.orderIds }), signal);
  console.log(summary(settings, clock, moves, verdict));
  return verdict.offences.length === 0 && !verdict.unseen.documents && verdict.finished === over.orderIds.length;
}

runMain(main);
