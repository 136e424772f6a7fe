import { type Clock, within } from '../clock.ts';
import type { Invoker } from './invoke/invoker.ts';
import { close, type Link } from './links.ts';
import type { Poller } from './read/poller.ts';

/** How an orderly end went. */
export type DrainReport = {
  milliseconds: number;
  /** Records that were in flight when the time was over; they will be delivered again. */
  abandoned: number;
};

type Ending = Readonly<{
  running: readonly Readonly<{ pollers: readonly Poller[] }>[];
  invoker: Invoker;
  links: readonly Link[];
  clock: Clock;
  /** Aborted when no batch is begun or tried any more. */
  stop: AbortController;
  /** Aborted when nothing is wanted of Kafka any more. */
  end: AbortController;
}>;

/** Ends the work in flight, then whatever it needed. @param milliseconds for the work */
export async function drain(of: Ending, milliseconds: number): Promise<DrainReport> {
  const { running, invoker, links, clock } = of;
  const started = clock.monotonic();
  const counts = await Promise.all(running.flatMap(({ pollers }) => pollers.map((one) => one.drain(milliseconds))));
  of.stop.abort();
  await invoker.close();
  await within(clock, 1000, Promise.all(links.map(close)));
  of.end.abort();
  const abandoned = counts.reduce((sum, count) => sum + count, 0);
  return { milliseconds: Math.round(clock.monotonic() - started), abandoned };
}
