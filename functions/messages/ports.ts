import type { Message } from './message.ts';

/** Where messages are kept: id, texto, fecha. One adapter per engine, `store.<engine>.ts`. */
export interface Store {
  /**
   * Keeps each message once, however often it comes; makes the table where there is none.
   * @param messages with ascending offsets in each partition
   * @returns how many were new; an engine that cannot tell counts all
   * @throws when the store is away; some of the messages may be kept
   */
  save(messages: readonly Message[]): Promise<number>;
  close(): Promise<void>;
}

/** Where messages are looked at as they arrive. */
export interface Screen {
  /** @throws when there is no screen */
  show(messages: readonly Message[]): Promise<void>;
}
