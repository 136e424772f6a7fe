/** Stops engines that were started here: `node infra/engines/down.ts [kafka redis …]`, all of them without names. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readCommandLine } from '../commandLine.ts';
import { runMain } from '../runMain.ts';
import { engineNamed, engines, nodesOf } from './catalogue.ts';
import { stopContainers } from './docker.ts';
import { siteOf, usualHome } from './site.ts';
import { bringDown } from './supervisor.ts';
import type { Options } from './up.ts';

const everyName = engines.map((engine) => engine.name);

/** Without names, containers of ours too. @returns the names of those that were running; engines that somebody else runs are never touched */
export async function down(names: readonly string[] = everyName, options: Options = {}): Promise<string[]> {
  const { progress = () => {}, home = usualHome, environment = process.env } = options;
  if (!existsSync(home)) return [];
  // Whoever says kafka means its nodes, too.
  const every = new Set(names.flatMap((name) => [name, ...nodesOf(name).map((node) => node.name)]));
  const stopped = [...every].map(async (name) => {
    const engine = engineNamed(name);
    return (await bringDown(engine, siteOf(engine, home, environment, progress))) ? [name] : [];
  });
  const native = (await Promise.all(stopped)).flat();
  const whole = names === everyName && options.home === undefined;
  return whole && (await stopContainers(progress)) ? [...native, 'containers'] : native;
}

const words = { names: z.array(z.string()) };

if (import.meta.main) {
  runMain(async () => {
    const about = 'Stops engines that were started here: all of them unless some are named. Data stays.';
    const { names } = readCommandLine({ name: 'node infra/engines/down.ts', about, words, flags: {} });
    const stopped = await down(names.length > 0 ? names : everyName, { progress: console.log });
    if (stopped.length === 0) console.log('No engine of ours was running.');
  });
}
