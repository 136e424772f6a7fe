/** One run: a kind of message, a target and a pace, from empty topics and stores to a proof and a result. */
import { labRunName } from '../../functions/messages/labRun.ts';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { orAborted } from '../../infra/orAborted.ts';
import { emptied } from './emptied.ts';
import { type Brought, bringUpEngines, watchedEngines } from './engines.ts';
import type { RunOptions } from './options.ts';
import { end, LabChild, type RunEnvironment } from './processes/child.ts';
import type { Production } from './produce.ts';
import { digestOf, prove, whole } from './proof.ts';
import { Recorder, type Sample } from './record/recorder.ts';
import type { Result } from './record/result.ts';
import type { Inspection } from './stores/inspection.ts';
import { type Witness, witness } from './witness.ts';

export type Progress = Readonly<{ phase: string; done: number; of: number }>;
/** Whom a run tells of itself, who may end it, and what its processes find. */
export type Surroundings = Readonly<{
  log(text: string): void;
  onProgress?(progress: Progress): void;
  /** Ends the run where it is, without a result. */
  signal?: AbortSignal | undefined;
  /** Variables of its processes, beside this one's and before them: of engines that were started for it. */
  environment?: RunEnvironment | undefined;
}>;

class Run {
  readonly #options: RunOptions;
  readonly #surroundings: Surroundings;
  readonly #name: string;
  readonly #settings: Settings;
  #environment: RunEnvironment;
  readonly #engines: Map<string, number>;
  readonly #others: Brought['others'];
  readonly #children: Record<string, LabChild> = {};
  #inspection: Inspection | undefined;
  #witness: Witness | undefined;
  #bytesBefore = 0;

  constructor(options: RunOptions, { environment, others }: Brought, surroundings: Surroundings) {
    this.#options = options;
    this.#others = others;
    this.#surroundings = surroundings;
    this.#environment = environment;
    this.#settings = readSettings({ ...process.env, ...environment });
    const { produce, target, pace } = options;
    const time = new Date(systemClock.now()).toISOString().replace(/[-:]|\..*/g, '');
    this.#name = labRunName(time, produce.kind, target, pace);
    this.#engines = watchedEngines(target);
  }

  async perform(): Promise<Result> {
    const startedAt = new Date(systemClock.now()).toISOString();
    let recorder: Recorder | undefined;
    try {
      await this.#prepare();
      recorder = new Recorder({ groups: () => this.#groups(), counts: () => this.#counts() });
      await sleep(systemClock, this.#options.rest * 1000);
      const done = this.#options.pace === 'backlog' ? await this.#backlog(recorder) : await this.#live(recorder);
      const samples = recorder.stop();
      recorder = undefined;
      if (this.#children.consumer) await end(this.#children.consumer);
      return await this.#conclude({ startedAt, samples, ...done });
    } finally {
      recorder?.stop();
      this.#witness?.close();
      await Promise.all(Object.values(this.#children).map(end));
      await this.#inspection?.close();
    }
  }

  /** Empties the topic and the store, and starts what is there before the messages: the producer, and the screen. */
  async #prepare(): Promise<void> {
    const { target, produce, force } = this.#options;
    const lab = readLabSettings({ ...process.env, ...this.#environment });
    const spared = force ? new Set<string>() : this.#others;
    this.#inspection = await emptied({ kind: produce.kind, target, settings: this.#settings, lab, spared });
    this.#bytesBefore = (await this.#inspection?.bytes()) ?? 0;
    this.#child('producer');
    if (target !== 'show') return;
    const screen = this.#child('screen');
    screen.tell({ kind: 'screen', messages: produce.kind, group: this.#name, port: 0 });
    const { address = '' } = await screen.hear('ready');
    this.#witness = await witness(address);
    this.#environment = { ...this.#environment, LAB_SCREEN_URL: address };
  }

  async #backlog(recorder: Recorder) {
    recorder.enter('produce');
    const production = await this.#produce();
    recorder.enter('consume');
    const consumed = await (await this.#startConsumer()).consumed;
    recorder.enter('rest');
    return { production, consumed, cpu: recorder.cpuSeconds('consume') };
  }

  async #live(recorder: Recorder) {
    const consumer = await this.#startConsumer();
    recorder.enter('live');
    const [production, consumed] = await Promise.all([this.#produce(), consumer.consumed]);
    recorder.enter('rest');
    return { production, consumed, cpu: recorder.cpuSeconds('live') };
  }

  async #produce(): Promise<Production> {
    const { producer } = this.#children;
    if (!producer) throw new Error('the producer was not started');
    producer.tell({ kind: 'produce', options: this.#options.produce });
    const { production } = await this.#following('produce', producer, producer.hear('produced'));
    return whole(production, this.#options.produce.count);
  }

  /** Resolves when it is a member of its group; `consumed` when every message is done, and seen where it is shown. */
  async #startConsumer() {
    const { produce, target } = this.#options;
    const consumer = this.#child('consumer');
    const options = { kind: produce.kind, target, group: this.#name, place: this.#settings };
    const consumed = this.#following('consume', consumer, consumer.hear('consumed')).then(async (told) => {
      await this.#witness?.until(produce.count);
      return { startSeconds: told.startSeconds, seconds: told.seconds };
    });
    // Heard of at the latest by `ready`, which fails alike.
    consumed.catch(() => undefined);
    consumer.tell({ kind: 'consume', options, count: produce.count });
    await consumer.hear('ready');
    return { consumed };
  }

  async #following<T>(phase: string, child: LabChild, work: Promise<T>): Promise<T> {
    const of = this.#options.produce.count;
    const timer = systemClock.every(200, () => this.#surroundings.onProgress?.({ phase, done: child.messages, of }));
    return orAborted(work, this.#surroundings.signal).finally(() => timer.cancel());
  }

  async #conclude({ startedAt, samples, production, consumed, cpu }: Outcome): Promise<Result> {
    const { produce, target, pace, durability } = this.#options;
    const { sent } = production;
    const kept = this.#inspection ? await digestOf(this.#inspection.rows()) : null;
    const skipped = this.#witness?.skipped() ?? 0;
    // What the viewer had to leave out was not shown: the run is not exact, and says how many.
    const seen = skipped > 0 ? `${skipped} messages were not shown` : (this.#witness?.digest() ?? null);
    return {
      run: this.#name,
      startedAt,
      message: produce.kind,
      target,
      pace,
      durability,
      promised: (await this.#inspection?.promised()) ?? null,
      count: sent,
      rate: produce.rate ?? null,
      produced: { seconds: production.seconds, perSecond: sent / production.seconds },
      consumed: { ...consumed, perSecond: sent / consumed.seconds },
      cpuPer1000: Object.fromEntries(Object.entries(cpu).map(([name, seconds]) => [name, (1000 * seconds) / sent])),
      bytesPerMessage: this.#inspection ? ((await this.#inspection.bytes()) - this.#bytesBefore) / sent : null,
      proof: await prove(produce.kind, production.digest, kept ?? seen, this.#settings),
      samples,
    };
  }

  #child(name: 'producer' | 'consumer' | 'screen'): LabChild {
    const child = new LabChild(name, this.#environment, this.#surroundings.log);
    this.#children[name] = child;
    return child;
  }

  #groups(): Map<string, number> {
    const own = Object.entries(this.#children).map(([name, { pid }]) => [name, pid] as const);
    return new Map([...this.#engines, ...own]);
  }

  #counts = () => ({
    produced: this.#children.producer?.messages ?? 0,
    consumed: this.#children.consumer?.messages ?? 0,
  });
}

type Outcome = Readonly<{
  startedAt: string;
  samples: readonly Sample[];
  production: Production;
  consumed: { startSeconds: number; seconds: number };
  cpu: Record<string, number>;
}>;

/** @throws Mistake where it would empty what is somebody else's, and Error when an engine cannot be brought up, or a process of the run fails */
export async function run(options: RunOptions, surroundings: Surroundings): Promise<Result> {
  const brought = await bringUpEngines(options.target, options.durability, surroundings.log, surroundings.environment);
  return new Run(options, brought, surroundings).perform();
}
