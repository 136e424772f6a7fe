import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A system that is up, as a process. */
export type System = Readonly<{
  process: ChildProcess;
  /** Everything that it has written so far. */
  output(): string;
  /** Resolves when it writes this from now on. */
  says(text: RegExp): Promise<void>;
  /** Resolves with the code or the signal by which it ended. */
  ended: Promise<number | NodeJS.Signals>;
  /** Lets it end what is in flight. */
  stop(): Promise<void>;
}>;

/** @param child that has just been started, its output in pipes */
export function systemOf(child: ChildProcess): System {
  const said: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said.push(text);
      for (const look of waiting) look();
    });
  }
  const ended = once(child, 'close').then(([code, signal]): number | NodeJS.Signals => code ?? signal);
  return {
    process: child,
    output: () => said.join(''),
    says(text) {
      const from = said.length;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(() => text.test(said.slice(from).join('')) && resolve());
      return promise;
    },
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
