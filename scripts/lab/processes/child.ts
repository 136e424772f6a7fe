import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { News, Order } from './talk.ts';

type Wanted<K extends News['kind']> = Extract<News, { kind: K }>;

/** The parent's end of a process of the lab. */
export class Child {
  readonly #process: ChildProcess;
  readonly #news = new EventEmitter();
  #failure: Error | undefined;
  /** The latest count that it told. */
  messages = 0;

  /** @param environment added to this process's own */
  constructor(
    name: 'producer' | 'consumer' | 'screen',
    environment: Record<string, string>,
    log: (text: string) => void,
  ) {
    this.#process = fork(join(import.meta.dirname, `${name}.ts`), {
      env: { ...process.env, ...environment },
      // A process group of its own: its figures are read by group, and Ctrl-C leaves its end to us.
      detached: true,
      execArgv: ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'],
    });
    this.#news.setMaxListeners(50);
    this.#process.on('message', (news: News) => {
      if (news.kind === 'log') log(`${name}: ${news.text}`);
      if (news.kind === 'failed') this.#fail(new Error(`The ${name} failed: ${news.message}`));
      if (news.kind === 'progress' || news.kind === 'consumed') this.messages = news.messages;
      if (news.kind === 'produced') this.messages = news.production.sent;
      this.#news.emit(news.kind, news);
    });
    this.#process.on('exit', (code, signal) =>
      this.#fail(new Error(`The ${name} ended by itself (${signal ?? code})`)),
    );
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  tell(order: Order): void {
    if (this.#process.connected) this.#process.send(order);
  }

  /** @throws when the process fails or ends instead */
  async hear<K extends News['kind']>(kind: K): Promise<Wanted<K>> {
    if (this.#failure) throw this.#failure;
    const [news] = await once(this.#news, kind);
    return news as Wanted<K>;
  }

  /** Lets it finish what is under way. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const over = once(this.#process, 'exit');
    this.tell({ kind: 'stop' });
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 30_000);
    await over;
    clearTimeout(late);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    // `once` turns this event into a rejection for everybody who waits.
    if (this.#news.listenerCount('error') > 0) this.#news.emit('error', this.#failure);
  }
}
