/** What the lab says to the processes of its own that a run is made of, and they to it. */
import type { KindName } from '../../../functions/messages/message.ts';
import type { ConsumeOptions } from '../consumer.ts';
import type { ProduceOptions, Production } from '../produce.ts';

/** To a process. A `count` that is undefined means without end. */
export type Order =
  | Readonly<{ kind: 'produce'; options: ProduceOptions }>
  | Readonly<{ kind: 'consume'; options: ConsumeOptions; count: number | undefined }>
  /** `group`: whose place in the topic tells how many messages wait (without the namespace). */
  | Readonly<{ kind: 'screen'; messages: KindName; group: string; port: number }>
  | Readonly<{ kind: 'stop' }>;

/** From a process. `messages` counts from its start. */
export type News =
  /** It consumes, or the screen takes messages. */
  | Readonly<{ kind: 'ready'; address?: string }>
  | Readonly<{ kind: 'progress'; messages: number }>
  | Readonly<{ kind: 'produced'; production: Production }>
  /** The count is reached: seconds to start, and from then (the first message waiting) to the last message. */
  | Readonly<{ kind: 'consumed'; messages: number; startSeconds: number; seconds: number }>
  | Readonly<{ kind: 'log'; text: string }>;
