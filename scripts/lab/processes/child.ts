import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { News, Order } from './talk.ts';

type Wanted<K extends News['kind']> = Extract<News, { kind: K }>;

/** The parent's end of a process of the lab. It has this process's environment as it is now. */
export class Child {
  readonly #process: ChildProcess;
  readonly #news = new EventEmitter();
  readonly #failed = Promise.withResolvers<never>();
  readonly #over: Promise<unknown>;
  /** The latest count that it told. */
  messages = 0;

  constructor(name: 'producer' | 'consumer' | 'screen', log: (text: string) => void) {
    this.#process = fork(join(import.meta.dirname, `${name}.ts`), {
      // A process group of its own: its figures are read by group, and Ctrl-C leaves its end to us.
      detached: true,
      // A batch holds thousands of messages that are garbage a moment later: with room for them, none is copied before.
      execArgv: ['--max-semi-space-size=64'],
    });
    this.#over = once(this.#process, 'exit');
    // Whoever waits for news hears of it; when nobody does, it must not count as unhandled.
    this.#failed.promise.catch(() => undefined);
    this.#process.on('message', (news: News) => {
      if (news.kind === 'log') log(`${name}: ${news.text}`);
      if (news.kind === 'failed') this.#failed.reject(new Error(`The ${name} failed: ${news.message}`));
      if (news.kind === 'progress' || news.kind === 'consumed') this.messages = news.messages;
      if (news.kind === 'produced') this.messages = news.production.sent;
      this.#news.emit(news.kind, news);
    });
    this.#process.on('exit', (code, signal) => {
      this.#failed.reject(new Error(`The ${name} ended by itself (${signal ?? code})`));
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** Rejects when the process fails or ends. */
  get failure(): Promise<never> {
    return this.#failed.promise;
  }

  tell(order: Order): void {
    if (this.#process.connected) this.#process.send(order);
  }

  /** @throws when the process fails or ends instead */
  async hear<K extends News['kind']>(kind: K): Promise<Wanted<K>> {
    const heard = once(this.#news, kind).then(([news]) => news as Wanted<K>);
    return Promise.race([heard, this.#failed.promise]);
  }

  /** Lets it finish what is under way. */
  async stop(): Promise<void> {
    this.tell({ kind: 'stop' });
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 30_000);
    await this.#over;
    clearTimeout(late);
  }
}
