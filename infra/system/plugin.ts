/**
 * Makes `serverless offline start` the whole system: engines, topics, functions on Kafka, timers, gateway.
 * `parts.ts` holds the order. On Ctrl-C and SIGTERM what is in flight ends first; the second time it ends at once.
 */
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { stop as endBundler } from 'esbuild';
import { z } from 'zod';
import { readSettings, type Settings } from '../../functions/settings.ts';
import type { Parameters } from '../aws/parameters.ts';
import type { Resources } from '../aws/template.ts';
import { labReports, type Programs } from '../console/programs.ts';
import { OfflineEnd } from '../dispatcher/offlineEnd.ts';
import DispatcherPlugin from '../dispatcher/plugin.ts';
import { redactOutput } from '../redact.ts';
import { buildFunctions } from './build.ts';
import { consolePorts, type Ports } from './consolePorts.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import type { Starter } from './keepStarter.ts';
import { guardListeners } from './listeners.ts';
import type { Log, Running } from './parts.ts';
import { type PidFile, systemFolder, systemName, writePidFile } from './pidFile.ts';
import { requireFreePorts } from './ports.ts';

type Serverless = ConstructorParameters<typeof DispatcherPlugin>[0] & {
  service: { provider: { compiledCloudFormationTemplate: { Resources: Resources } } };
  serviceDir: string;
  processedInput: { commands: string[] };
  classes: { Error: new (message: string) => Error };
  pluginManager: { addPlugin(plugin: unknown): void };
};
const programsSchema = z.object({ load: z.string().min(1), lab: z.string().min(1) });

type Utilities = { log: { notice(text: string): void; warning(text: string): void; error(text: string): void } };

/** Milliseconds for an orderly end: what is in flight has 20 s of them. `npm run stop` waits a little longer. */
const endMilliseconds = 40_000;

/** Serverless makes one for each of its commands, whatever it does: only the hooks load the engines' code. */
export default class SystemPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  readonly commands: DispatcherPlugin['commands'];
  readonly #serverless: Serverless;
  readonly #options: Record<string, unknown>;
  readonly #log: Log;
  readonly #dispatcher: DispatcherPlugin;
  #pidFile: PidFile | undefined;
  #built: string | undefined;
  #heartbeat: Heartbeat | undefined;
  #parameters: Parameters | undefined;
  #starter: Starter | undefined;
  #running: Promise<Running> | undefined;

  constructor(serverless: Serverless, options: Record<string, unknown>, { log }: Utilities) {
    redactOutput();
    this.#serverless = serverless;
    this.#options = options;
    const { serviceDir } = serverless;
    // A bundle for each function is what AWS and `invoke local` want; the running system builds them all in one go.
    if (serverless.processedInput.commands[0] !== 'offline') {
      serverless.pluginManager.addPlugin(createRequire(import.meta.url)('serverless-esbuild'));
    }
    this.#log = { info: log.notice, warn: log.warning, error: log.error };
    this.#dispatcher = new DispatcherPlugin(serverless, options, { log });
    this.commands = this.#dispatcher.commands;
    const end = new OfflineEnd(endMilliseconds, this.#log, () => this.#stop());
    this.hooks = {
      ...this.#dispatcher.hooks,
      'before:offline:start:init': () => end.start(() => this.#prepare()),
      'after:offline:start:init': () => end.start((signal) => this.#start(signal)),
      'before:offline:start:ready': async () => end.started(),
      'before:offline:start:end': () => this.#stop(),
      'invoke:local:loadEnvVars': () => this.#requireTopics(),
      // serverless-esbuild goes to the folder of the bundle, which holds no file but the code.
      'before:invoke:local:invoke': async () => process.chdir(serviceDir),
      'before:package:initialize': () => this.#prepareDeployment(),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.#completeDeployment(),
      // A function keeps its connections for the next call: after `invoke local` there is none, and they would hold it.
      finalize: async () => void (serverless.processedInput.commands.join(' ') === 'invoke local' && process.exit()),
    };
  }

  /** Before anything else of serverless-offline, so that a system that runs already is told at once. */
  async #prepare() {
    // Loaded here, so that serverless's other commands start without the engines' and gRPC's code.
    const { bringEnginesUp } = await import('./engines.ts');
    const { service, serviceDir } = this.#serverless;
    const { 'serverless-offline': given, ...custom } = service.custom ?? {};
    const offline = { ...(given as object), ...consolePorts(this.#options) };
    const settings = readSettings();
    guardListeners({ ...offline, ...this.#options }, settings);
    this.#pidFile = writePidFile();
    await requireFreePorts({ ...offline, ...this.#options }, settings);
    const engines = bringEnginesUp(this.#log);
    const systems = '.esbuild/systems';
    if (process.getuid?.() === 0) await engines.then(() => this.#letGoOfRoot(settings, resolve(serviceDir, systems)));
    // Root writes, and removes, nothing where those may write whom its system runs as, or another one's has run as.
    const location = `${process.getuid?.() === 0 ? '.esbuild/roots' : systems}/${systemName}`;
    this.#built = resolve(serviceDir, location);
    // The bundler's own process would keep its memory until the end.
    await Promise.all([engines, buildFunctions(service, serviceDir, this.#built).finally(endBundler)]);
    // Where serverless-offline and the dispatcher find the functions, and the one site whose pages may read answers.
    const corsAllowOrigin = new URL(settings.consoleUrl).origin;
    service.custom = { ...custom, 'serverless-offline': { ...offline, corsAllowOrigin, location } };
    this.#log.info(await engines);
  }

  /** Before anything listens, and any function runs. What is taken away at the end is the user's to take away. */
  async #letGoOfRoot(settings: Settings, systems: string) {
    const [{ dropRoot }, { keepStarter }, { give }] = await Promise.all([
      import('./dropRoot.ts'),
      import('./keepStarter.ts'),
      import('../engines/ordinaryUser.ts'),
    ]);
    const reports = resolve(this.#serverless.serviceDir, labReports);
    const said = dropRoot(settings, (user) => {
      for (const folder of [systems, reports]) mkdirSync(folder, { recursive: true });
      for (const folder of [join(systems, systemName), reports]) give(folder, user);
      for (const folder of [systemFolder, systems]) chownSync(folder, user.id, user.group);
      if (settings.parts.includes('console')) this.#starter = keepStarter();
    });
    if (said) this.#log.info(said);
  }

  async #prepareDeployment() {
    const { prepare } = await import('../aws/deployment.ts');
    const { readParameters } = await import('../aws/parameters.ts');
    this.#parameters = readParameters(this.#serverless.service.custom?.aws);
    prepare(this.#serverless.service, this.#parameters);
  }

  async #completeDeployment() {
    const { complete } = await import('../aws/deployment.ts');
    const { compiledCloudFormationTemplate } = this.#serverless.service.provider;
    if (this.#parameters) complete(compiledCloudFormationTemplate.Resources, this.#dispatcher.plan(), this.#parameters);
  }

  /** A function would try for minutes to write to a topic that is not there, since it may still be made. */
  async #requireTopics() {
    const { service, classes } = this.#serverless;
    const called = service.functions?.[String(this.#options.function)] as { events?: object[] } | undefined;
    if (!called?.events?.some((event) => 'kafka' in event)) return;
    const { missingTopics } = await import('../../functions/orders/topics.kafka.ts');
    const settings = readSettings();
    const [first, ...others] = await missingTopics(settings).catch((error) => {
      const where = settings.kafkaBrokers.join(', ');
      throw new classes.Error(`Kafka does not answer at ${where} (${error.message}): npm start starts it`);
    });
    if (!first) return;
    const more = others.length > 0 ? ` (and ${others.length} others)` : '';
    throw new classes.Error(
      `Kafka has no topic ${first}${more}: npm start or serverless offline start creates what is missing`,
    );
  }

  async #start(signal: AbortSignal) {
    const { parts, start } = await import('./parts.ts');
    const settings = readSettings();
    const functions = {
      start: () => this.#dispatcher.start(signal, settings.access.kafka),
      drain: (ms: number) => this.#dispatcher.drain(ms),
    };
    const screen = { programs: this.#programs(), ports: this.#consolePorts(), startEngine: this.#starter?.start };
    this.#running = start(parts(settings, functions, this.#log, screen), this.#log, signal);
    await this.#running;
    this.#heartbeat = startHeartbeat();
    // Only whoever has started this process, and given it a channel, hears it.
    process.send?.('up');
    this.#log.info('despacho is up. Ctrl-C ends it; the engines stay for the next start (npm run stop ends them too).');
  }

  /** Flags go before what `#prepare` has put into the service. */
  #consolePorts() {
    const offline = {
      ...(this.#serverless.service.custom?.['serverless-offline'] as object),
      ...this.#options,
    } as Ports;
    return { page: Number(offline.httpPort ?? 3000), socket: Number(offline.websocketPort ?? 3001) };
  }

  /** @throws Error naming what `custom.programs` lacks */
  #programs(): Programs {
    const { serviceDir, service, classes } = this.#serverless;
    const given = programsSchema.safeParse(service.custom?.programs);
    if (!given.success) throw new classes.Error('custom.programs: name the modules "load" and "lab" in serverless.yml');
    return { load: resolve(serviceDir, given.data.load), lab: resolve(serviceDir, given.data.lab) };
  }

  /** A signal may come while the parts are still coming up: they are brought down all the same. */
  async #stop() {
    this.#heartbeat?.stop();
    const running = await this.#running?.catch(() => undefined);
    await running?.down();
    await this.#starter?.end();
    if (this.#built) rmSync(this.#built, { recursive: true, force: true });
    this.#pidFile?.remove();
  }
}
