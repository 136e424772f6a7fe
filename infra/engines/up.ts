/** Brings engines up: `node infra/engines/up.ts [kafka redis …]`, the order pipeline's without names. */
import { engineNamed, usualNames } from './catalogue.ts';
import { EngineFault } from './engine.ts';
import { addressOf, type Environment, type Progress, siteOf, usualHome } from './site.ts';
import { bringUp, type Outcome } from './supervisor.ts';

export type Options = Readonly<{
  /** Gets a line for each step worth waiting for. */
  progress?: Progress;
  /** Folder for downloads, data, logs and process ids. */
  home?: string;
  /** Where ports and external engines are read from. */
  environment?: Environment;
}>;

/** One engine that is ready, and the environment variables that tell the system where. */
export type Ready = Readonly<{
  name: string;
  outcome: Outcome;
  address: string;
  tells: Readonly<Record<string, string>>;
  seconds: number;
}>;

async function one(name: string, home: string, environment: Environment, progress: Progress): Promise<Ready> {
  const engine = engineNamed(name);
  const site = siteOf(engine, home, environment, progress);
  const external = environment[engine.external];
  const since = performance.now();
  const outcome = await bringUp(engine, site, external);
  const seconds = (performance.now() - since) / 1000;
  const address = external || addressOf(engine, site);
  const others = outcome === 'external' ? {} : engine.tells?.(site);
  return { name, outcome, address, tells: { [engine.external]: address, ...others }, seconds };
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
  const { progress = () => {}, home = usualHome, environment = process.env } = options;
  const failures: { name: string; reason: Error }[] = [];
  const started = names.map((name) =>
    one(name, home, environment, progress).catch((reason: Error) => {
      failures.push({ name, reason });
    }),
  );
  const ready = (await Promise.all(started)).filter((each) => each !== undefined);
  if (failures.length > 0) throw faultOf(failures);
  return ready;
}

if (import.meta.main) {
  try {
    const names = process.argv.slice(2);
    for (const { name, outcome, address, seconds } of await up(names.length > 0 ? names : usualNames, {
      progress: console.log,
    })) {
      console.log(`${name}: ${outcome} at ${address} (${seconds.toFixed(1)} s)`);
    }
  } catch (error) {
    console.error(error instanceof EngineFault ? error.message : error);
    process.exitCode = 1;
  }
}
