/** A program in a process of its own, which takes orders and tells news: the parent's end. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { systemClock } from '../clock.ts';
import type { Failed } from './obey.ts';

/** ms that a process may take to end what is under way. */
const patience = 30_000;

type Message = Readonly<{ kind: string }>;

/** A variable of `environment` wins over this process's own. */
type ChildOptions = Readonly<{
  /** What a person calls it, in errors: "The producer". */
  title: string;
  /** Variables that it has beside those of this process. */
  environment?: Readonly<Record<string, string>>;
  /** Flags for Node. */
  execArgv?: readonly string[];
}>;

/** Takes orders `O` and tells news `N`, both unions by `kind`; `obey` is the other end. */
export class Child<O extends Message, N extends Message> {
  readonly #title: string;
  readonly #process: ChildProcess;
  readonly #news = new EventEmitter();
  readonly #failed = Promise.withResolvers<never>();
  readonly #over: Promise<unknown>;

  /** @param program path of the module that it runs */
  constructor(program: string, { title, environment = {}, execArgv = [] }: ChildOptions) {
    this.#title = title;
    this.#process = fork(program, {
      // A process group of its own: its figures are read by group, and Ctrl-C leaves its end to us.
      detached: true,
      env: { ...process.env, ...environment },
      execArgv: [...execArgv],
    });
    // An order to a process that has just died is an error, too, after which it is still heard to end.
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    const unstarted = new Promise<void>((resolve) =>
      this.#process.on('error', (error) => {
        if (this.#process.pid !== undefined) return;
        this.#failed.reject(new Error(`${title} could not be started`, { cause: error }));
        resolve();
      }),
    );
    this.#over = Promise.race([ended, unstarted]);
    // Whoever waits for news hears of it; when nobody does, it must not count as unhandled.
    this.#failed.promise.catch(() => undefined);
    this.#process.on('message', (news: N | Failed) => {
      if (isFailed(news)) this.#failed.reject(new Error(`${title} failed: ${news.message}`));
      this.#news.emit(news.kind, news);
    });
    this.#process.on('exit', (code, signal) => {
      this.#failed.reject(new Error(`${title} ended by itself (${signal ?? code})`));
    });
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.#title} could not be started`);
    return pid;
  }

  /** Rejects when the process fails or ends. */
  get failure(): Promise<never> {
    return this.#failed.promise;
  }

  /** Resolves when the process has ended, however it did. */
  get over(): Promise<unknown> {
    return this.#over;
  }

  tell(order: O): void {
    if (this.#process.connected) this.#process.send(order);
  }

  on<K extends (N | Failed)['kind']>(kind: K, listener: (news: Extract<N | Failed, { kind: K }>) => void): void {
    this.#news.on(kind, listener);
  }

  /** The next news of this kind. @throws when the process fails or ends instead */
  async hear<K extends N['kind']>(kind: K): Promise<Extract<N, { kind: K }>> {
    const heard = once(this.#news, kind).then(([news]) => news as Extract<N, { kind: K }>);
    return Promise.race([heard, this.#failed.promise]);
  }

  /** Lets it finish what is under way. @param order that tells it to */
  async stop(order: O): Promise<void> {
    this.tell(order);
    const late = systemClock.after(patience, () => this.#process.kill('SIGKILL'));
    await this.#over;
    late.cancel();
  }
}

const isFailed = (news: Message): news is Failed => news.kind === 'failed';
