/**
 * What goes wrong, in two families. Both say in one sentence what it is and what to do about it, so that no stack is
 * shown for them; whatever else is thrown is a bug or comes from a library.
 */

/** What a person, or a program for one, gave and can correct. Given again it is refused again: never retry. */
const mistakes = ['flag', 'setting', 'file', 'service', 'request', 'record'] as const;

/** What the world is in the way with. `retry`: whether the same may go well later, without anybody's doing. */
const troubles = {
  /** Nobody answers at the address, or not in time. */
  away: { retry: true },
  /** It answers, and is not ready yet. */
  starting: { retry: true },
  /** It answers, and does not take what it is given. */
  refused: { retry: false },
  /** This machine lacks something, or somebody has what is needed: a port, a folder, a program. */
  machine: { retry: false },
} as const;

/** The person's mistake. @see mistakes for its kinds */
export class Mistake extends Error {
  override name = 'Mistake';
  readonly retry = false;
  readonly kind: (typeof mistakes)[number];

  /** @param message names what is wrong, and what it takes instead */
  constructor(kind: (typeof mistakes)[number], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The world's trouble. @see troubles for its kinds */
export class Trouble extends Error {
  override name = 'Trouble';
  readonly retry: boolean;
  readonly kind: keyof typeof troubles;

  /** @param message names who is in the way, and what a person can do */
  constructor(kind: keyof typeof troubles, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.retry = troubles[kind].retry;
  }
}

/** The code by which Node, or a client of an engine, tells kinds of errors apart, such as EADDRINUSE. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;

/** What was thrown, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
