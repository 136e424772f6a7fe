/** Where one engine lives: its folders under the ignored home, its ports, and whom it tells about long steps. */
import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Engine, EngineFault } from './engine.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Progress = (line: string) => void;

export type Site = Readonly<{
  home: string;
  data: string;
  log: string;
  /** Holds the process id of the engine's process group and the fingerprint of its settings. */
  record: string;
  /** By the name of its variable. */
  port(variable: string): number;
  downloads: string;
  /** A further setting from the environment. */
  variable(name: string): string | undefined;
  progress: Progress;
}>;

/** Everything that the engines download, store, write and log, unless a test brings a folder of its own. */
export const usualHome = resolve(import.meta.dirname, '../../.despacho');

function readPort(engine: Engine, variable: string, environment: Environment): number {
  const port = engine.ports.find((candidate) => candidate.variable === variable);
  if (!port) throw new Error(`${engine.name} has no port ${variable}`);
  const text = environment[variable];
  if (text === undefined || text === '') return port.usual;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new EngineFault(`${variable} is "${text}", not a port. Set it to a number from 1 to 65535, or unset it.`);
}

/** Made if need be, and without symbolic links: Java maps its class archive only where it was written for. */
function realFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return realpathSync(path);
}

export function siteOf(engine: Engine, givenHome: string, environment: Environment, progress: Progress): Site {
  const home = realFolder(givenHome);
  return {
    home,
    data: join(home, 'data', engine.name),
    log: join(home, 'logs', `${engine.name}.log`),
    record: join(home, 'run', `${engine.name}.pid`),
    downloads: realFolder(join(home, 'downloads')),
    variable: (name) => environment[name],
    port: (variable) => readPort(engine, variable, environment),
    progress: (line) => progress(`${engine.name}: ${line}`),
  };
}

/** How the system reaches the engine when we run it. */
export const addressOf = (engine: Engine, site: Site): string => engine.address(site.port(engine.ports[0].variable));
