/** What is measured and put under test beside each other: our dispatcher, in its two hosts, and the published offline plugin. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../../infra/clock.ts';
import { entryOf } from '../../../infra/dispatcher/config/entry.ts';
import { freePort } from '../../../infra/engines/freePort.ts';
import type { KafkaLogin } from '../../../infra/kafkajs/kafkaLogin.ts';

/** An event of a function, as serverless.yml has it. */
export type Trigger = { kafka?: Record<string, unknown>; msk?: Record<string, unknown> };
/** serverless.yml as an object, before `writeService` adds what an implementation needs. */
export type ServiceFile = Record<string, unknown> & {
  functions: Record<string, { handler: string; events: Trigger[] } & Record<string, unknown>>;
  custom: Record<string, unknown>;
};

/** A process that runs a service. */
export type Running = {
  pid: number;
  /** Tells it to end, and waits for that. @returns how many milliseconds it took */
  stop(): Promise<number>;
  /** Gives it no chance. */
  kill(): Promise<void>;
};

/** One way to run a service that reads from Kafka. */
export type Implementation = {
  name: string;
  /** What serverless.yml needs besides the functions. */
  plugins: string[];
  custom: Record<string, unknown>;
  /** For how many milliseconds a rule waits for what must happen. */
  patience: number;
  /** Puts a kafka event into its own words where they differ. */
  translate?: (event: Record<string, unknown>) => Record<string, unknown>;
  /** Starts the service in the folder, and waits until it reads. @throws Error with its output if it ends instead */
  start(folder: string): Promise<Running>;
};

const root = join(import.meta.dirname, '..', '..', '..');
const bin = join(root, 'node_modules', '.bin');
const withParent = pathToFileURL(join(root, 'infra/withParent.ts')).href;
/** Loaded before each of them. */
const before = [withParent, new URL('./logIn.ts', import.meta.url).href];
const startLimit = 240_000;

/** Makes the folder of a service; JSON is YAML. @param login how its Kafka is entered */
export function writeService(
  folder: string,
  service: ServiceFile,
  { plugins, custom, translate }: Implementation,
  login: KafkaLogin = {},
): void {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'node_modules'), { force: true });
  rmSync(join(folder, 'dispatcher'), { force: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(root, 'infra', 'dispatcher'), join(folder, 'dispatcher'));
  if (translate) {
    for (const { events } of Object.values(service.functions)) {
      for (const event of events) if (event.kafka) event.kafka = translate(event.kafka);
    }
  }
  const dispatcher = { ...(service.custom.dispatcher as object | undefined), ...entryOf(login, folder) };
  const own = { ...service, plugins, custom: { ...service.custom, dispatcher, ...custom } };
  writeFileSync(join(folder, 'serverless.yml'), JSON.stringify(own, null, 2));
  writeFileSync(join(folder, 'resolved.json'), JSON.stringify(own));
}

/** It ends with this process, however that ends. */
async function run(folder: string, program: readonly string[], ready: RegExp): Promise<Running> {
  const child = spawn(join(bin, 'node'), [...before.flatMap((url) => ['--import', url]), ...program], {
    cwd: folder,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  await untilReady(child, folder, ready);
  const exited = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  const end = async (signal: NodeJS.Signals) => {
    const started = systemClock.monotonic();
    child.kill(signal);
    await exited;
    return systemClock.monotonic() - started;
  };
  return { pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: async () => void (await end('SIGKILL')) };
}

function untilReady(child: ChildProcess, folder: string, ready: RegExp): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = systemClock.after(startLimit, () => {
      child.kill('SIGKILL');
      reject(new Error(`was not ready within ${startLimit / 1000} s:\n${output.slice(-1500)}`));
    });
    const hear = (chunk: Buffer) => {
      output += chunk;
      appendFileSync(join(folder, 'output.log'), chunk);
      if (!ready.test(output)) return;
      timer.cancel();
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      timer.cancel();
      reject(new Error(`ended with ${code}:\n${output.slice(-1500)}`));
    });
  });
}

async function runOffline(folder: string, ready: RegExp): Promise<Running> {
  const ports = [
    '--lambdaPort',
    `${await freePort()}`,
    '--httpPort',
    `${await freePort()}`,
    '--websocketPort',
    `${await freePort()}`,
  ];
  return run(folder, [join(bin, 'serverless'), 'offline', 'start', ...ports], ready);
}

const host: Implementation = {
  name: 'despacho, stand-alone host',
  plugins: [],
  custom: {},
  patience: 60_000,
  start(folder) {
    const args = [join(root, 'infra/dispatcher/host.ts'), '--config', 'resolved.json', '--probes', '0', '--reload'];
    return run(folder, args, /dispatcher: ready/);
  },
};

const plugin: Implementation = {
  name: 'despacho, serverless plugin',
  plugins: ['./dispatcher/plugin.ts', 'serverless-offline'],
  custom: {},
  patience: 60_000,
  start: (folder) => runOffline(folder, /mappings read from/),
};

const published: Implementation = {
  name: '@gabrielgollo/serverless-offline-kafka 1.0.5',
  plugins: ['serverless-offline', '@gabrielgollo/serverless-offline-kafka'],
  custom: { 'serverless-offline-kafka': { autoCreateTopics: false, disableSaslAuth: true }, dispatcher: undefined },
  patience: 15_000,
  // It calls the window otherwise, counts it in whole seconds, and without one keeps a batch that is not full for ever.
  translate: (event) => ({
    ...event,
    maximumBatchingWindowInSeconds: Math.max(1, Math.ceil(Number(event.maximumBatchingWindow ?? 0.5))),
  }),
  start: (folder) => runOffline(folder, /Listening for Kafka events/),
};

/** `host` and `plugin` are ours; `published` comes from npm. */
export const implementations = { host, plugin, published };
