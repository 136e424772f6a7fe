/** `npm start [-- --once]`: the whole system from nothing, shown at work with real orders. */
import { parseArgs } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { EndAsked, endRequest } from '../../infra/endRequest.ts';
import { type KafkaKind, kafkaKinds } from '../../infra/engines/catalogue.ts';
import { orAborted, untilAborted } from '../../infra/orAborted.ts';
import { bringEnginesUp } from '../../infra/system/parts.ts';
import { runningSystem } from '../../infra/system/pidFile.ts';
import { audit } from '../audit/audit.ts';
import { demonstrate, type Move } from './orders.ts';
import { board } from './statusBoard.ts';
import { summary } from './summary.ts';
import { startSystem } from './system.ts';

const help = `npm start [-- --once] [--clock <factor>] [--native] [--kafka kraft|zookeeper]

Brings up every engine that is missing, starts the system, sends some orders and shows them moving, then stays up.
  --once    ends after that: with 0 when every order is finished and the audit is clean, else with 1
  --clock   divides the waits of these orders (10: a wait of 5 s takes 0.5 s)
  --native  starts the engines without Docker even where Docker answers
  --kafka   zookeeper: Kafka 3.9 with ZooKeeper, as it was run before; kraft (the default): Kafka by itself
DESPACHO_* variables set everything else; README.md lists them.`;

/** Milliseconds for an orderly end: the system's own, and a little. */
const endMilliseconds = 50_000;

const isKafkaKind = (name: string): name is KafkaKind => name in kafkaKinds;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      clock: { type: 'string', default: '10' },
      native: { type: 'boolean', default: false },
      kafka: { type: 'string', default: 'kraft' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const clock = Number(values.clock);
  if (!(clock > 0)) throw new Error(`--clock ${values.clock}: is a number above 0, like 10`);
  const { kafka } = values;
  if (!isKafkaKind(kafka)) throw new Error(`--kafka ${kafka}: is one of ${Object.keys(kafkaKinds).join(', ')}`);
  const running = runningSystem();
  if (running)
    throw new Error(`A system runs from this folder already (process ${running}). End it with: npm run stop`);
  readSettings();
  const signal = endRequest(endMilliseconds);
  const log = { info: console.log, warn: console.warn, error: console.error };
  const engines = bringEnginesUp(log, { kafka, containers: !values.native });
  console.log(`Engines: ${await orAborted(engines, signal)}`);
  return run(clock, values.once, signal);
}

async function run(clock: number, once: boolean, signal: AbortSignal): Promise<number> {
  const settings = readSettings();
  console.log('System: starting …');
  const system = await startSystem(settings.grpcAddress, { signal });
  try {
    console.log('System: up. Orders on their way:');
    const moves: Move[] = [];
    const show = board(settings.language);
    const demonstration = demonstrate(system.client, clock, (move) => {
      moves.push(move);
      show(move);
    });
    const over = await orAborted(Promise.race([demonstration, system.failed]), signal);
    const verdict = await orAborted(audit(settings, over.run), signal);
    console.log(summary(settings, clock, moves, verdict));
    const good = verdict.offences.length === 0 && verdict.finished === over.orderIds.length;
    if (once) return good ? 0 : 1;
    console.log('\nUp until Ctrl-C. The engines stay for the next start; npm run stop ends them too.');
    await Promise.race([untilAborted(signal), system.failed]);
    return 0;
  } finally {
    console.log('System: ending what is in flight …');
    await system.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    // A fault that a person can mend needs no stack.
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof EndAsked ? error.code : 1);
  },
);
