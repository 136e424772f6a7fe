import { status } from '@grpc/grpc-js';
import { at } from '../../infra/at.ts';
import type { Clock, Timer } from '../../infra/clock.ts';
import type { PlaceOrderRequest } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { deadlineMs, type Intake } from './gatewayClient.ts';
import type { Outcomes } from './outcomes.ts';

/** An order this many ms behind its moment is not sent any more: it would belong to another load. */
export const tooLate = 1_000;

/** Orders sent in one go before the answers that have come in are looked at. */
const sentAtOnce = 64;

/** ms that answers are waited for after the last order, and after a stop. */
const lastWait = deadlineMs + 1_000;
const stopWait = 5_000;

/** `request` is called at the order's moment, with its index in `moments`; an abort of `signal` stops the sending. */
type Sending = Readonly<{
  /** ms from the start, ascending. */
  moments: Float64Array;
  request(index: number): PlaceOrderRequest;
  intake: Intake;
  outcomes: Outcomes;
  maxInFlight: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
}>;

/**
 * Sends every order at its moment and never waits for an answer to do so: an open loop. What cannot be sent in
 * time is written down with its reason. Resolves when nothing is in flight any more: an abort stops the sending,
 * and answers that stay away are given up as CANCELLED.
 */
export async function send(sending: Sending): Promise<void> {
  const { moments, request, intake, outcomes, maxInFlight, clock } = sending;
  const start = clock.monotonic();
  const elapsed = (): number => clock.monotonic() - start;
  const idle = Promise.withResolvers<void>();
  let open = true;
  const settle = (): void => {
    if (!open && outcomes.inFlight === 0) idle.resolve();
  };
  const fire = (index: number): void => {
    const now = elapsed();
    const late = now - at(moments, index) > tooLate;
    if (late || outcomes.inFlight >= maxInFlight) {
      outcomes.giveUp(index, late ? 'late' : 'inFlight');
      return;
    }
    outcomes.send(index, now);
    intake.place(request(index), (code, orderId, reason) => {
      if (code === status.OK) outcomes.acknowledge(index, elapsed(), orderId);
      else outcomes.fail(index, elapsed(), code, reason);
      settle();
    });
  };

  const reached = await atEachMoment(sending, elapsed, fire);
  for (let index = reached; index < moments.length; index++) outcomes.giveUp(index, 'stopped');
  open = false;
  const stopWaiting = closeAfterWait(sending);
  settle();
  await idle.promise;
  stopWaiting();
}

/** Calls `fire` for each moment once it has come. @returns how many had come when all were fired or it was aborted */
function atEachMoment(
  { moments, clock, signal }: Sending,
  elapsed: () => number,
  fire: (index: number) => void,
): Promise<number> {
  const done = Promise.withResolvers<number>();
  let next = 0;
  let timer: Timer | undefined;
  const finish = (): void => {
    timer?.cancel();
    signal?.removeEventListener('abort', finish);
    done.resolve(next);
  };
  const turn = (): void => {
    if (signal?.aborted) return;
    const last = Math.min(next + sentAtOnce, moments.length);
    while (next < last && at(moments, next) <= elapsed()) fire(next++);
    const wait = (moments[next] ?? Number.NaN) - elapsed();
    if (next === moments.length) finish();
    else if (wait > 0) timer = clock.after(wait, turn);
    else setImmediate(turn);
  };
  signal?.addEventListener('abort', finish);
  if (signal?.aborted) finish();
  turn();
  return done.promise;
}

/** Hangs up when answers stay away, sooner after an abort. @returns a function that calls it off */
function closeAfterWait({ intake, clock, signal }: Sending): () => void {
  let timer = clock.after(signal?.aborted ? stopWait : lastWait, intake.close);
  const hurry = (): void => {
    timer.cancel();
    timer = clock.after(stopWait, intake.close);
  };
  signal?.addEventListener('abort', hurry);
  return () => {
    timer.cancel();
    signal?.removeEventListener('abort', hurry);
  };
}
