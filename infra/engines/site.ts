/** Where one engine lives: its folders under the ignored home, its ports, and whom it tells about long steps. */
import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EngineAccess } from '../access/ownEngines.ts';
import { type Engine, EngineFault, type Site } from './engine.ts';
import { passwordOf } from './password.ts';

/** As `process.env`: a variable that is unset is undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;
/** Gets a line, without its end, for each step that takes long. */
export type Progress = (line: string) => void;

/** Everything that the engines download, store, write and log, unless a test brings a folder of its own. */
export const usualHome = resolve(import.meta.dirname, '../../.despacho');

function readPort(engine: Engine, variable: string, environment: Environment): number {
  const port = [...engine.ports, ...(engine.peers ?? [])].find((candidate) => candidate.variable === variable);
  if (!port) throw new Error(`${engine.name} has no port ${variable}`);
  const text = environment[variable];
  if (text === undefined || text === '') return port.usual;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new EngineFault(`${variable} is "${text}", not a port. Set it to a number from 1 to 65535, or unset it.`);
}

/**
 * Engines and systems that root starts run as somebody else, who must pass through to what is theirs, and the
 * system's group sees which processes it measures.
 */
const [passable, shown] = process.getuid?.() === 0 ? [0o711, 0o750] : [0o700, 0o700];

/** Made if need be, and without symbolic links: Java maps its class archive only where it was written for. */
function realFolder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true });
  const real = realpathSync(path);
  if (statSync(real).uid === process.getuid?.() && (statSync(real).mode & 0o777) !== mode) chmodSync(real, mode);
  return real;
}

/** `:` ends a name where Java looks for classes, `#` where Elasticsearch looks for its own folder. */
function checkReadable(home: string): void {
  const [sign] = /[:#\n]/.exec(home) ?? [];
  if (sign === undefined) return;
  throw new EngineFault(
    `${home} has a ${sign} in its name, below which the engines do not find their files. Move the project.`,
  );
}

/** @throws EngineFault where nothing can be started */
export function checkOurs({ home }: Pick<Site, 'home'>): void {
  try {
    accessSync(home, constants.W_OK);
  } catch {
    throw new EngineFault(`${home} is another user's, who alone starts engines there. Run the command as that user.`);
  }
}

/**
 * Makes the folders of the home that are missing. Its `port` throws EngineFault when the home cannot be used, or the variable holds no number from
 * 1 to 65535, and Error for a variable that is of no port of the engine.
 */
export function siteOf(engine: Engine, givenHome: string, environment: Environment, progress: Progress): Site {
  checkReadable(givenHome);
  const home = realFolder(givenHome, passable);
  for (const folder of ['data', 'logs']) realFolder(join(home, folder), passable);
  realFolder(join(home, 'run'), shown);
  return {
    home,
    data: join(home, 'data', engine.name),
    log: join(home, 'logs', `${engine.name}.log`),
    record: join(home, 'run', `${engine.name}.pid`),
    password: () => passwordOf(home, engine.nodeOf ?? engine.passwordName ?? engine.name),
    downloads: realFolder(join(home, 'downloads'), 0o755),
    variable: (name) => environment[name],
    port: (variable) => readPort(engine, variable, environment),
    progress: (line) => progress(`${engine.name}: ${line}`),
  };
}

/** How the system reaches the engine when we run it. */
export const engineAddress = (engine: Engine, site: Site): string =>
  engine.address(site.port(engine.ports[0].variable), site.password);

/** What it asks us for beside its address, when we run it. */
export const engineAccess = (engine: Engine, site: Site): EngineAccess => engine.access?.(site.password()) ?? {};
