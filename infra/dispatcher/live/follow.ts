/** Reads from Kafka for the event source mappings of a Lambda endpoint, as they come, change and go. */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, sleep } from '../../clock.ts';
import { messageOf } from '../../faults.ts';
import { orAborted } from '../../orAborted.ts';
import { differences } from '../config/differences.ts';
import { type Plan, type PlanOptions, planOf } from '../config/mapping.ts';
import type { Settings } from '../config/schema.ts';
import { type Dispatcher, type DispatcherStats, startDispatcher } from '../dispatcher.ts';
import type { DrainReport } from '../drain.ts';
import type { Logger } from '../stats.ts';
import type { LambdaApi, LiveMapping } from './liveMappings.ts';

/** Milliseconds between two looks at the endpoint. */
const lookAgain = 1000;

type Options = Readonly<{
  api: LambdaApi;
  settings: Settings;
  plan: PlanOptions & { folder: string };
  /** Gives up waiting for the endpoint's first answer. */
  signal: AbortSignal;
  /** Milliseconds for what is in flight of a mapping that is gone or changed. */
  drain: number;
  log: Logger;
  clock: Clock;
}>;

/** One mapping that is read from, or that shall be. */
type Running = {
  mapping: LiveMapping;
  end: AbortController;
  /** What it was before, and what became of its start. */
  started: Promise<Dispatcher | undefined>;
  dispatcher?: Dispatcher;
  failed?: string;
};

/**
 * Follows one endpoint until it is drained. Resolves when it has answered; what it names then starts on its own. `stats` are by the
 * UUIDs of the mappings.
 * @throws the signal's reason
 */
export async function followEndpoint(options: Options): Promise<Dispatcher> {
  const follower = new Follower(options);
  void follower.follow();
  try {
    await orAborted(follower.seen, options.signal);
  } catch (error) {
    await follower.drain(0);
    throw error;
  }
  return follower;
}

class Follower implements Dispatcher {
  readonly #options: Options;
  readonly #running = new Map<string, Running>();
  readonly #leaving = new Set<Promise<unknown>>();
  readonly #end = new AbortController();
  readonly #seen = Promise.withResolvers<void>();
  #away = '';

  constructor(options: Options) {
    this.#options = options;
  }

  /** Looks until it is drained; never rejects. */
  async follow(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#look(signal);
      await sleep(this.#options.clock, lookAgain, signal).catch(() => undefined);
    }
  }

  /** Resolves when the endpoint has answered. */
  get seen(): Promise<void> {
    return this.#seen.promise;
  }

  stats(): DispatcherStats {
    const all = [...this.#running].flatMap(([uuid, { dispatcher }]) =>
      Object.values(dispatcher?.stats().mappings ?? {}).map((stats) => [uuid, stats] as const),
    );
    return { mappings: Object.fromEntries(all), coldStarts: {} };
  }

  /** @param milliseconds for the work in flight */
  async drain(milliseconds: number): Promise<DrainReport> {
    const { api, clock } = this.#options;
    const since = clock.monotonic();
    this.#end.abort();
    const reports = await Promise.all([...this.#running.keys()].map((uuid) => this.#stop(uuid, milliseconds)));
    await Promise.all(this.#leaving);
    api.close();
    const abandoned = reports.reduce((sum, report) => sum + (report?.abandoned ?? 0), 0);
    return { milliseconds: Math.round(clock.monotonic() - since), abandoned };
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { api, log } = this.#options;
    try {
      const mappings = await api.mappings(signal);
      if (!signal.aborted) this.#reconcile(mappings);
      if (this.#away) log.info('the Lambda endpoint answers again');
      this.#away = '';
    } catch (error) {
      const said = messageOf(error);
      if (!signal.aborted && said !== this.#away)
        log.warn(`the Lambda endpoint does not answer, trying again: ${said}`);
      this.#away = said;
    }
  }

  #reconcile(mappings: readonly LiveMapping[]): void {
    this.#seen.resolve();
    const wanted = new Map(mappings.map((mapping) => [mapping.uuid, mapping]));
    for (const uuid of this.#running.keys()) {
      if (wanted.has(uuid)) continue;
      this.#options.log.info(`${uuid}: is no longer enabled`);
      this.#leave(this.#stop(uuid, this.#options.drain));
    }
    for (const mapping of mappings) {
      const running = this.#running.get(mapping.uuid);
      const same = running && isDeepStrictEqual(running.mapping, mapping);
      if (same && running.failed === undefined) continue;
      const before = running && this.#stop(mapping.uuid, this.#options.drain);
      if (before) this.#leave(before);
      this.#start(mapping, before, same ? running.failed : undefined);
    }
  }

  #leave(stopping: Promise<unknown>): void {
    this.#leaving.add(stopping);
    void stopping.finally(() => this.#leaving.delete(stopping));
  }

  /** @param told what was said of it already where it could not be started */
  #start(mapping: LiveMapping, before: Promise<unknown> | undefined, told: string | undefined): void {
    const end = new AbortController();
    const running: Running = { mapping, end, started: Promise.resolve(undefined) };
    const start = async () => {
      await before;
      const { log } = this.#options;
      try {
        const plan = this.#planOf(mapping);
        running.dispatcher = await startDispatcher({ ...plan, log, signal: end.signal });
        for (const difference of differences(plan)) log.info(difference);
        for (const { id } of plan.mappings) log.info(`${mapping.uuid}: ${id} is read from ${plan.brokers.join(',')}`);
      } catch (error) {
        running.failed = messageOf(error);
        if (!end.signal.aborted && running.failed !== told)
          log.error(`${mapping.uuid}: cannot be read, trying again: ${running.failed}`);
      }
      return running.dispatcher;
    };
    running.started = start();
    this.#running.set(mapping.uuid, running);
  }

  async #stop(uuid: string, milliseconds: number): Promise<DrainReport | undefined> {
    const running = this.#running.get(uuid);
    this.#running.delete(uuid);
    running?.end.abort();
    return (await running?.started)?.drain(milliseconds);
  }

  /** What is set for one function holds for all of this service, which has no other. */
  #planOf({ service, functionName }: LiveMapping): Plan {
    const { settings, plan } = this.#options;
    const { functions = {}, ...dispatcher } = settings;
    const defaults = { ...dispatcher.defaults, ...functions[functionName] };
    return planOf({ ...service, custom: { dispatcher: { ...dispatcher, defaults } } }, plan.folder, plan);
  }
}
