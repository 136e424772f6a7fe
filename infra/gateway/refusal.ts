import { Metadata, status } from '@grpc/grpc-js';

/** Why a call is refused. A caller may repeat the ones marked so, and no other. */
const reasons = {
  /** The request breaks a rule; the message names the field. */
  invalid: { code: status.INVALID_ARGUMENT, repeat: false },
  /** Nobody known calls. */
  nobody: { code: status.UNAUTHENTICATED, repeat: false },
  /** The caller is known, and may not do this. */
  forbidden: { code: status.PERMISSION_DENIED, repeat: false },
  /** No such order. */
  unknown: { code: status.NOT_FOUND, repeat: false },
  /** The order's state does not allow it. */
  tooLate: { code: status.FAILED_PRECONDITION, repeat: false },
  /** Its idempotency key names another order. */
  taken: { code: status.ALREADY_EXISTS, repeat: false },
  /** More is waiting than the gateway holds, or it is more than the caller's share. */
  full: { code: status.RESOURCE_EXHAUSTED, repeat: true },
  /** It is more than a caller's share of an hour: a repeat in a moment would hear the same. */
  enough: { code: status.RESOURCE_EXHAUSTED, repeat: false },
  /** Kafka or Redis does not answer, or the gateway is stopping. */
  away: { code: status.UNAVAILABLE, repeat: true },
  /** Kafka has the request under way and does not answer: it may be stored or not. */
  unsure: { code: status.UNAVAILABLE, repeat: false },
} as const;

/** Seconds after which a caller may repeat: a full queue of the gateway's is with Kafka by then. */
const repeatAfter = 1;

/**
 * An answer to the client that is not a success; grpc-js sends `code`, the message, and `metadata`, by which a client with a
 * retry policy waits (`grpc-retry-pushback-ms`).
 */
export class Refusal extends Error {
  readonly code: number;
  /** Whether the caller is told to ask again: then nothing has been done. */
  readonly mayRepeat: boolean;
  readonly metadata = new Metadata();

  constructor(reason: keyof typeof reasons, message: string, options?: ErrorOptions) {
    const { code, repeat } = reasons[reason];
    super(repeat ? `${message}; try again in ${repeatAfter} s` : message, options);
    this.code = code;
    this.mayRepeat = repeat;
    if (repeat) this.metadata.set('grpc-retry-pushback-ms', String(repeatAfter * 1000));
  }
}
