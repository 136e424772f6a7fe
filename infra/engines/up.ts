/** Brings engines up: `node infra/engines/up.ts [kafka redis …]`, the order pipeline's without names. */
import { z } from 'zod';
import { dataNodes } from '../access/nodes.ts';
import { type EngineAccess, ownEngines } from '../access/ownEngines.ts';
import { systemClock } from '../clock.ts';
import { readCommandLine } from '../commandLine.ts';
import { runMain } from '../runMain.ts';
import { engineNamed, engines, nodesOf, usualNames } from './catalogue.ts';
import { dockerIsMissing, upInContainers } from './docker.ts';
import { type Engine, EngineFault } from './engine.ts';
import { passwordOf } from './password.ts';
import { type Environment, engineAccess, engineAddress, type Progress, siteOf, usualHome } from './site.ts';
import { bringDown, bringUp, findRunning, type Outcome } from './supervisor.ts';

/** Unless given: no progress, `usualHome`, this process's environment, no containers. */
export type Options = Readonly<{
  /** Gets a line for each step worth waiting for. */
  progress?: Progress;
  /** Folder for downloads, data, logs and process ids. */
  home?: string;
  /** Where ports and external engines are read from. */
  environment?: Environment;
  /** Whether containers are preferred: where Docker answers, unless engines of ours run here already. */
  containers?: boolean;
}>;

type Place = Readonly<{
  home: string;
  environment: Environment;
  access: EngineAccess;
  progress: Progress;
  contained: boolean;
}>;

/** One engine that is ready, and the environment variables that tell the system where. */
export type Ready = Readonly<{
  name: string;
  outcome: Outcome | 'container';
  address: string;
  tells: Readonly<Record<string, string>>;
  seconds: number;
}>;

const areOne = (engine: Engine, other: Engine) => engine.nodeOf !== undefined && engine.nodeOf === other.nodeOf;

/** Two engines that are reached by the same variable have one seat: the other one makes room. */
async function makeRoom(engine: Engine, { home, environment, progress }: Place): Promise<void> {
  const rivals = engines.filter(
    (other) => other !== engine && other.external === engine.external && !areOne(engine, other),
  );
  for (const rival of rivals) await bringDown(rival, siteOf(rival, home, environment, progress));
}

async function one(name: string, place: Place): Promise<Ready> {
  const { home, environment, access, progress, contained } = place;
  const engine = engineNamed(name);
  const site = siteOf(engine, home, environment, progress);
  const external = environment[engine.external];
  const since = systemClock.monotonic();
  if (!external && !contained) await makeRoom(engine, place);
  const container = contained
    ? { address: engineAddress(engine, site), access: engineAccess(engine, site) }
    : undefined;
  const found = await bringUp(engine, site, external ? { address: external, access } : container);
  const outcome = contained && !external ? 'container' : found;
  const seconds = (systemClock.monotonic() - since) / 1000;
  const address = external || engineAddress(engine, site);
  const others = outcome === 'external' ? {} : engine.tells?.(site);
  return { name, outcome, address, tells: { [engine.external]: address, ...others }, seconds };
}

/** Nodes that run are taken for the engine that they are together, but for a sentinel that was left: its data would be other. */
function asItRuns(name: string, { home, environment }: Place): readonly string[] {
  const nodes = environment[engineNamed(name).external] ? [] : nodesOf(name);
  const holders = nodes.filter((node) => node.nodeOf && dataNodes(node.nodeOf).includes(node.name));
  const running = holders.some((node) => findRunning(siteOf(node, home, environment, () => {})));
  return running ? nodes.map((node) => node.name) : [name];
}

/** The same as of the engines that are started without containers. */
const passwords = (home: string) => ({
  KAFKA_PASSWORD: passwordOf(home, 'kafka'),
  REDIS_PASSWORD: passwordOf(home, 'redis'),
  POSTGRES_PASSWORD: passwordOf(home, 'postgres'),
});

/** Brings up as containers what nobody else runs. @returns whether it did */
async function contain(names: readonly string[], { home, environment, progress }: Place): Promise<boolean> {
  const ours = names.filter((name) => !environment[engineNamed(name).external]);
  const native = engines.filter((engine) => findRunning(siteOf(engine, home, environment, () => {})));
  if (ours.length === 0 || native.length > 0) return false;
  const missing = await dockerIsMissing(environment);
  if (missing) progress(`containers: not used: ${missing}`);
  else await upInContainers(ours, { ...environment, ...passwords(home) }, progress);
  return !missing;
}

/** One sentence for all engines that fail for the same reason. */
function faultOf(failures: readonly { name: string; reason: Error }[]): Error {
  const unexpected = failures.find(({ reason }) => !(reason instanceof EngineFault));
  if (unexpected) return unexpected.reason;
  const byMessage = Map.groupBy(failures, ({ reason }) => reason.message);
  return new EngineFault(
    [...byMessage].map(([message, same]) => `${same.map(({ name }) => name).join(', ')}: ${message}`).join('\n'),
  );
}

/**
 * Resolves when all of these engines are ready: external ones are waited for, running ones reused, others started.
 * @throws EngineFault whose message says, for each engine that is not, why and what to do
 */
export async function up(names: readonly string[] = usualNames, options: Options = {}): Promise<Ready[]> {
  const { progress = () => {}, home = usualHome, containers = false } = options;
  const { environment = process.env } = options;
  const { addresses, access } = ownEngines(environment);
  const native: Place = { home, environment: { ...environment, ...addresses }, access, progress, contained: false };
  const place = { ...native, contained: containers && (await contain(names, native)) };
  const all = names.flatMap((name) => asItRuns(name, place));
  const failures: { name: string; reason: Error }[] = [];
  const started = all.map((name) =>
    one(name, place).catch((reason: Error) => {
      failures.push({ name, reason });
    }),
  );
  const ready = (await Promise.all(started)).filter((each) => each !== undefined);
  if (failures.length > 0) throw faultOf(failures);
  return ready;
}

const words = { names: z.array(z.string()) };

if (import.meta.main) {
  runMain(async () => {
    const about = 'Brings engines up and tells where they are: those of the order pipeline unless some are named.';
    const { names } = readCommandLine({ name: 'node infra/engines/up.ts', about, words, flags: {} });
    for (const { name, outcome, address, seconds } of await up(names.length > 0 ? names : usualNames, {
      progress: console.log,
    })) {
      const where = address.replace(/(?<=\/\/)[^/]*@/g, '');
      console.log(`${name}: ${outcome} at ${where} (${seconds.toFixed(1)} s)`);
    }
  });
}
