/** What `notify` needs from the world beside what every function does. */

/** One e-mail. Its `messageId` is made from the step, so that a repeat can be told. */
export type Letter = Readonly<{
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Readonly<Record<string, string>>;
}>;

/** Hands one e-mail to the mail server. */
export interface Post {
  send(letter: Letter): Promise<void>;
}

/** Names one step of one order. */
export type StepName = Readonly<{ orderId: string; version: number }>;

/** Which steps' e-mails the mail server has taken, and when (ms since 1970). */
export interface Sent {
  /** @throws Error also where marks can be read and not be made: full, or a replica; or where some may have been forgotten */
  check(steps: readonly StepName[]): Promise<(number | undefined)[]>;
  mark(step: StepName, at: number): Promise<void>;
}
