/** A second, private set of engines for a test: its own folder and ports, and the downloads that are there already. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { engineNamed } from './catalogue.ts';
import { down } from './down.ts';
import { freePort } from './freePort.ts';
import { privateHome } from './home.fixture.ts';
import { isGone, signalGroup } from './processGroup.ts';
import type { Environment } from './site.ts';
import { type Options, type Ready, up } from './up.ts';

export type Trial = Readonly<{
  home: string;
  environment: Environment;
  /** What the start told of its progress. */
  said: string[];
  options: Options;
  up(name: string, environment?: Environment): Promise<Ready>;
  /** The process group that the record names. */
  group(name: string): Promise<number>;
  /** Ends an engine, or a node, by SIGKILL. Resolves when it is gone. @throws Error where it is not within 10 s */
  kill(name: string): Promise<void>;
  end(): Promise<void>;
}>;

/** Free ports and a temporary folder for these engines. `end` stops them and leaves nothing. */
export const privateEngines = async (...names: string[]): Promise<Trial> => enginesIn(await privateHome(), names);

/** The same in a folder that is there. */
export async function enginesIn(home: string, names: readonly string[]): Promise<Trial> {
  const environment: Record<string, string> = {};
  for (const { variable } of names.flatMap((name) => engineNamed(name).ports)) {
    environment[variable] = String(await freePort());
  }
  const said: string[] = [];
  const options = { home, environment, progress: (line: string) => said.push(line) };
  const group = async (name: string) => Number.parseInt(await readFile(join(home, 'run', `${name}.pid`), 'utf8'), 10);
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
    group,
    async kill(name) {
      const processes = await group(name);
      signalGroup(processes, 'SIGKILL', true);
      if (!(await isGone(processes, 10))) throw new Error(`${name} lives on`);
    },
    async end() {
      await down(names, options);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The same, stopped and removed when the test ends. */
export async function trialOf(context: TestContext, ...names: string[]): Promise<Trial> {
  const trial = await privateEngines(...names);
  context.after(() => trial.end());
  return trial;
}

/** Asks one thing of the Redis at this address. */
export async function redisSays<T>(address: string, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(address);
  try {
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

/** A process that calls `up` as a command would, and ends when it is told to or killed. */
export function startElsewhere(options: object, name: string) {
  const script = `
    import { up } from ${JSON.stringify(join(import.meta.dirname, 'up.ts'))};
    const [ready] = await up(['${name}'], { ...${JSON.stringify(options)}, progress: console.log });
    console.log(ready.outcome);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
}
