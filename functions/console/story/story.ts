/** One order's whole story: what happened to it, and where each of it is known from. */
import type { Order, Step } from '../../orders/records.ts';

/** What an entry can be known from. The page's words for them are in `orderWords.sources`. */
const sources = ['Kafka', 'Redis', 'timers', 'e-mail', 'Elasticsearch'] as const;
export type Source = (typeof sources)[number];

/** Something that happened, or is to happen. Times are ms since 1970. */
export type Entry = Readonly<{
  at: number;
  source: Source;
  /** What it is, in a word that the page translates. */
  kind:
    | 'placed'
    | 'command'
    | 'event'
    | 'dead letter'
    | 'armed'
    | 'fired'
    | 'due'
    | 'sent'
    | 'transition'
    | 'e-mail document'
    | 'invocation'
    | 'state';
  /** The step that it belongs to: its version, and the command that makes it. */
  version?: number;
  command?: string;
  /** True where it happened again: a record written or delivered twice, a retry, a second copy of an e-mail. */
  again?: boolean;
  place?: Readonly<{ topic: string; partition: number; offset: number }>;
  /** The rest, by name. */
  facts: Readonly<Record<string, string | number | boolean | null>>;
}>;

/** A record of the order, as it lies in Kafka. `topic` is without the namespace; `value` is text. */
export type OrderRecord = Readonly<{
  topic: string;
  partition: number;
  offset: number;
  timestamp: number;
  value: string;
  headers: Readonly<Record<string, string>>;
}>;

/** `order` is null where neither Redis nor Kafka has it. `entries` and `records` are oldest first. */
export type Story = Readonly<{
  orderId: string;
  order: Order | null;
  /** The steps as Redis has them, or else as the events tell them. */
  history: readonly Step[];
  entries: readonly Entry[];
  records: readonly OrderRecord[];
  /** Sources that could not be asked, each with the reason. */
  missing: readonly { source: Source; reason: string }[];
}>;
