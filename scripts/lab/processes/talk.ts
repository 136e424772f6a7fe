/** What the lab says to the processes of its own that a run is made of, and they to it. */
import '../../../infra/withParent.ts';
import type { KindName } from '../../../functions/messages/message.ts';
import type { ProduceOptions, Production } from '../produce.ts';
import type { ConsumeOptions } from '../targets.ts';

export type Order =
  | Readonly<{ kind: 'produce'; options: ProduceOptions }>
  | Readonly<{ kind: 'consume'; options: ConsumeOptions; count: number | undefined }>
  /** `group`: whose place in the topic tells how many messages wait (without the namespace). */
  | Readonly<{ kind: 'screen'; messages: KindName; group: string; port: number }>
  | Readonly<{ kind: 'stop' }>;

export type News =
  /** It consumes, or the screen takes messages. */
  | Readonly<{ kind: 'ready'; address?: string }>
  | Readonly<{ kind: 'progress'; messages: number }>
  | Readonly<{ kind: 'produced'; production: Production }>
  /** The count is reached: seconds to start, and from then (the first message waiting) to the last message. */
  | Readonly<{ kind: 'consumed'; messages: number; startSeconds: number; seconds: number }>
  | Readonly<{ kind: 'log'; text: string }>
  | Readonly<{ kind: 'failed'; message: string }>;

/** The child's end: orders come one after another; what one throws is told, and ends the process. */
export function obey(handle: (order: Order, tell: (news: News) => void) => Promise<void>): void {
  const tell = (news: News): void => void process.send?.(news);
  process.on('message', (order: Order) => {
    handle(order, tell).catch((error: unknown) => {
      process.exitCode = 1;
      const news: News = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      process.send?.(news, () => process.disconnect?.());
    });
  });
}
