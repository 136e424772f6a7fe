/** A second, private set of engines for a test: its own folder and ports, and the downloads that are there already. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineNamed } from './catalogue.ts';
import { down } from './down.ts';
import { type Environment, usualHome } from './site.ts';
import { type Options, type Ready, up } from './up.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export type Trial = Readonly<{
  home: string;
  environment: Environment;
  /** What the start told of its progress. */
  said: string[];
  options: Options;
  up(name: string, environment?: Environment): Promise<Ready>;
  /** The process group that the record names. */
  group(name: string): Promise<number>;
  end(): Promise<void>;
}>;

/** Free ports and a temporary folder for these engines. `end` stops them and leaves nothing. */
export async function privateEngines(...names: string[]): Promise<Trial> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'despacho-')));
  await mkdir(join(usualHome, 'downloads'), { recursive: true });
  await symlink(join(usualHome, 'downloads'), join(home, 'downloads'));
  const environment: Record<string, string> = {};
  for (const { variable } of names.flatMap((name) => engineNamed(name).ports)) {
    environment[variable] = String(await freePort());
  }
  const said: string[] = [];
  const options = { home, environment, progress: (line: string) => said.push(line) };
  return {
    home,
    environment,
    said,
    options,
    async up(name, more = {}) {
      const [ready] = await up([name], { ...options, environment: { ...environment, ...more } });
      if (!ready) throw new Error(`${name} did not come up`);
      return ready;
    },
    group: async (name) => Number.parseInt(await readFile(join(home, 'run', `${name}.pid`), 'utf8'), 10),
    async end() {
      await down(names, options);
      await rm(home, { recursive: true, force: true });
    },
  };
}
