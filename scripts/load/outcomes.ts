import { status } from '@grpc/grpc-js';
import { namesOf } from '../../infra/namesOf.ts';

/** Why a planned order was not sent: codes below the gRPC ones (0 to 16) of those that were. */
export const notSent = { inFlight: -1, late: -2, stopped: -3 } as const;
export type NotSent = keyof typeof notSent;

/** Still to be sent, or waiting for its answer. */
const open = -128;

/** What becomes of each order of a plan. Moments are ms from the start; NaN where it did not happen. */
export class Outcomes {
  readonly sent: Float64Array;
  readonly answered: Float64Array;
  /** A gRPC code, a `notSent` code, or open. */
  readonly codes: Int8Array;
  readonly orderIds: string[];
  /** The first reason that came with each gRPC code but OK. */
  readonly reasons = new Map<number, string>();
  readonly counts = { sent: 0, acknowledged: 0, failed: 0, notSent: 0 };

  constructor(orders: number) {
    this.sent = new Float64Array(orders).fill(Number.NaN);
    this.answered = new Float64Array(orders).fill(Number.NaN);
    this.codes = new Int8Array(orders).fill(open);
    this.orderIds = new Array<string>(orders).fill('');
  }

  get inFlight(): number {
    return this.counts.sent - this.counts.acknowledged - this.counts.failed;
  }

  send(index: number, moment: number): void {
    this.sent[index] = moment;
    this.counts.sent += 1;
  }

  acknowledge(index: number, moment: number, orderId: string): void {
    this.answered[index] = moment;
    this.codes[index] = status.OK;
    this.orderIds[index] = orderId;
    this.counts.acknowledged += 1;
  }

  /** @param code a gRPC code but OK */
  fail(index: number, moment: number, code: number, reason: string): void {
    this.answered[index] = moment;
    this.codes[index] = code;
    this.counts.failed += 1;
    if (!this.reasons.has(code)) this.reasons.set(code, reason);
  }

  giveUp(index: number, why: NotSent): void {
    this.codes[index] = notSent[why];
    this.counts.notSent += 1;
  }
}

/** What the report calls each reason. */
export const notSentWords: Readonly<Record<NotSent, string>> = {
  inFlight: 'too many in flight',
  late: 'too late',
  stopped: 'stopped',
};

/** A code in words: OK, UNAVAILABLE, "not sent: too late" … */
export function codeWords(code: number): string {
  const why = namesOf(notSent).find((name) => notSent[name] === code);
  return why ? `not sent: ${notSentWords[why]}` : (status[code] ?? `code ${code}`);
}
