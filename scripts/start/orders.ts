import type { ClientReadableStream } from '@grpc/grpc-js';
import type { Command, State } from '../../functions/orders/lifecycle.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import {
  type OrderServiceClient,
  OrderState,
  type WatchOrderResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { syntheticOrder } from '../load/payloads.ts';

/** A transition of one of the orders, as the gateway tells it. `milliseconds` since the one before (or the order). */
export type Move = Readonly<{ orderId: string; command: Command; to: State; milliseconds: number }>;

/** `run` is the id that all of its orders carry; the audit finds them by it. */
type Demonstration = Readonly<{ run: string; orderIds: readonly string[] }>;

/** Few enough to be read one by one. */
const orders = 12;
const perSecond = 4;
const seed = 2026;

const stateOf = (state: OrderState): State =>
  Object.entries(OrderState)
    .find(([, value]) => value === state)?.[0]
    .slice('ORDER_STATE_'.length)
    .toLowerCase() as State;

/**
 * Places some orders through the gateway, one after another, and follows each to its end.
 * @param clock divides the waits, so that a person need not wait
 * @param onMove is called for each transition of each order
 */
export async function demonstrate(
  client: OrderServiceClient,
  clock: number,
  onMove: (move: Move) => void,
): Promise<Demonstration> {
  const run = `start-${systemClock.uuid().slice(0, 8)}`;
  const followed: Promise<void>[] = [];
  const orderIds: string[] = [];
  for (let number = 0; number < orders; number++) {
    const placedAt = systemClock.now();
    const orderId = await place(client, number, { id: run, distribution: 'constant', clock });
    orderIds.push(orderId);
    followed.push(follow(client.watchOrder({ orderId }), orderId, placedAt, onMove));
    await sleep(systemClock, 1000 / perSecond);
  }
  await Promise.all(followed);
  return { run, orderIds };
}

const place = (client: OrderServiceClient, number: number, run: { id: string; distribution: string; clock: number }) =>
  new Promise<string>((resolve, reject) => {
    const request = { details: syntheticOrder(seed, number), idempotencyKey: '', run };
    client.placeOrder(request, (error, answer) => (error ? reject(error) : resolve(answer.orderId)));
  });

async function follow(
  stream: ClientReadableStream<WatchOrderResponse>,
  orderId: string,
  placedAt: number,
  onMove: (move: Move) => void,
): Promise<void> {
  let before = placedAt;
  for await (const { transition } of stream as AsyncIterable<WatchOrderResponse>) {
    const at = transition?.at?.getTime();
    if (!transition || at === undefined) continue;
    onMove({ orderId, command: transition.command as Command, to: stateOf(transition.to), milliseconds: at - before });
    before = at;
  }
}
