import type { Command } from '../../functions/orders/lifecycle.ts';
import type { Event, Order, Progress } from '../../functions/orders/records.ts';

/** What the engines say of orders, not judged yet. */
export type Evidence = Readonly<{
  /** Accepted orders, by id. */
  placed: Map<string, Order>;
  /** Events as the log has them, in its order, by order id. */
  events: Map<string, Event[]>;
  /** What Redis knows, by order id. */
  progress: Map<string, Progress>;
  /** By order, the commands that lie in dead-letter topics. */
  dead: Map<string, Set<Command>>;
  /** Orders for which a command or a due time is still to come. */
  alive: Set<string>;
  /** When (ms since 1970) what an order waits for in Redis is due. */
  due: Map<string, number>;
  /** When the evidence was begun to be gathered (ms since 1970). */
  lookedAt: number;
  /** Deliveries in the inbox: by step, how often each Message-ID came. */
  letters: Map<string, Map<string, number>>;
  /** Steps of which a letter went to another address than the order's. */
  strayLetters: Set<string>;
  /** Acknowledged orders that the log does not hold, by id. */
  unplaced: Set<string>;
  /** Why a part could not be looked at. */
  unseen: { emails?: string; documents?: string };
  /** Steps whose event the function that sends the e-mails has not done yet. */
  unsent: Set<string>;
  /** Steps whose e-mail was given up: their event is in the dead-letter topic. */
  unsendable: Set<string>;
  /** Steps that have a transition document in Elasticsearch. */
  documents: Set<string>;
  /** Documents of steps before that (ms since 1970) may have been removed for their age. */
  documentsFrom: number;
  /** Steps whose transition document still waits in Kafka. */
  unwritten: Set<string>;
}>;
