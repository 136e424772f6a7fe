/** What every run of faults stands on, whatever is broken in it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Trial } from '../system/trial.ts';
import type { Host } from './host.ts';

export type Ground = {
  /** Where the engines of its own are; gone when it is closed. */
  readonly home: string;
  readonly trial: Trial;
  /** One for each process of the system. */
  readonly hosts: readonly Host[];
  /** Addresses, each of which is sent every order. */
  readonly gateways: readonly string[];
  /** Sends more orders than can be taken. Set by whoever sends. */
  flood: Readonly<{ start(): void; stop(): Promise<void> }>;
  close(): Promise<void>;
};

/** What can be done to a ground of this kind. */
export type Fault<Of extends Ground> = Readonly<{
  name: string;
  /** What of it is befallen: two faults never befall the same at once. */
  target: string;
  /** Seconds that it lasts at most. */
  most: number;
  begin(ground: Of): Promise<void> | void;
  /** Resolves when its target works again. */
  end(ground: Of): Promise<void> | void;
}>;

/** Until a load begins. */
export const noFlood: Ground['flood'] = { start: () => undefined, stop: async () => undefined };

/** Watches over what is started from here on. @returns what lets it end all of that, and waits for it */
export async function guard(home: string, namespace: string): Promise<() => Promise<void>> {
  // A session of its own, and none of our flags: no signal ends it before its work.
  const options = { detached: true, execArgv: [] };
  const child = fork(new URL('./guardian.ts', import.meta.url), [home, namespace], options);
  await once(child, 'message');
  const ended = once(child, 'exit');
  return async () => {
    child.disconnect();
    await ended;
  };
}
