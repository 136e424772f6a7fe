/** Our own service: place orders one by one or by stream, look at them, watch them, cancel them. */
import { transition } from '../../functions/orders/lifecycle.ts';
import type { Orders } from '../../functions/orders/ports.ts';
import type { Progress } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import {
  type OrderServiceServer,
  PlaceOrderRequest,
  type PlaceOrderResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { type Clock, within } from '../clock.ts';
import type { Asking, Callers } from './callers.ts';
import { Malformed, unary } from './calls.ts';
import type { Events } from './events.ts';
import type { Call, Intake } from './intake.ts';
import { keep } from './keep.ts';
import { place } from './place.ts';
import { cancellation } from './placedRecord.ts';
import { type Named, named, RecentOrders } from './recent.ts';
import { Refusal } from './refusal.ts';
import { OrderStream } from './stream.ts';
import { traceIdOf } from './trace.ts';
import { names, orderOf, wish } from './translate.ts';
import type { Watches } from './watches.ts';

/** `log` gets a line for each failure that is no refusal. */
export type Parts = Readonly<{
  settings: Settings;
  /** What ids are made with from idempotency keys. */
  secret: string;
  callers: Callers;
  intake: Intake;
  orders: Orders;
  watches: Watches;
  events: Events;
  /** Aborted when the gateway stops. */
  stopping: AbortSignal;
  clock: Clock;
  log(line: string): void;
}>;

/** The handlers of the service that `readable` makes: they take a `Malformed` for a request that cannot be read. */
export function orderService(parts: Parts): OrderServiceServer {
  const placeOne = placer(parts);
  return {
    placeOrder: unary(parts.log, (request, call) => placeOne(request, call)),
    placeOrders(call) {
      const caller = parts.callers.of(call);
      if (!caller.openStream()) return void call.emit('error', new Refusal('full', 'you have too many streams open'));
      // The orders of a stream share the trace that its caller names, if it names one.
      const stream = new OrderStream(
        call,
        ({ order }) => placeOne(order ?? PlaceOrderRequest.create(), call),
        parts.log,
      );
      const stop = () => stream.stop();
      parts.stopping.addEventListener('abort', stop);
      call.on('close', () => {
        caller.closeStream();
        parts.stopping.removeEventListener('abort', stop);
      });
    },
    getOrder: unary(parts.log, async ({ orderId }, call) => ({
      order: orderOf(await find(parts, orderId, call)),
    })),
    watchOrder(call) {
      const { request } = call;
      if (request instanceof Malformed) return void call.emit('error', request.refusal);
      if (!isId(request.orderId)) return void call.emit('error', notAnId());
      const caller = parts.callers.of(call);
      const owns = (owner?: string) => caller.owns(owner);
      parts.watches.add(request.orderId, call, { name: parts.callers.nameOf(call), owns });
      parts.events.start(parts.watches).catch((error) => {
        call.emit('error', new Refusal('away', 'Kafka does not tell what happens', { cause: error }));
      });
    },
    cancelOrder: unary(parts.log, ({ orderId }, call) => cancel(parts, orderId, call)),
  };
}

/** @throws Refusal where the order's state does not allow it */
async function cancel(parts: Parts, orderId: string, call: Asking & Call): Promise<object> {
  const { history } = await find(parts, orderId, call);
  const state = history.at(-1)?.to;
  // A cancellation that is asked for again has nothing to do.
  if (state === 'cancelled') return {};
  if (!state || !transition('cancel').from.includes(state)) {
    throw new Refusal('tooLate', `order ${orderId} is ${state}: it cannot be cancelled any more`);
  }
  await parts.intake.put(cancellation(orderId), call);
  return {};
}

/** Redis is asked for an order that a key may name already; without an answer in time (ms) the order is taken as new. */
const askedWithin = 500;

async function stored({ orders, clock }: Pick<Parts, 'orders' | 'clock'>, orderId: string): Promise<Named | undefined> {
  const found: (Progress | undefined)[] = [];
  await within(
    clock,
    askedWithin,
    orders.load([orderId]).then((loaded) => found.push(...loaded)),
  );
  return found[0] && named(found[0].order);
}

/** Places one order, or finds the one that its idempotency key already names. */
function placer({ settings, secret, callers, intake, orders, clock }: Parts) {
  const recent = new RecentOrders();
  return async (request: PlaceOrderRequest, call: Call & Asking): Promise<PlaceOrderResponse> => {
    const caller = callers.of(call);
    if (request.run && !caller.may('load')) throw new Refusal('forbidden', 'run needs the role load');
    caller.place(clock);
    const origin = { traceId: traceIdOf(call.metadata), owner: caller.name, secret };
    const order = place(wish(request, settings), names, origin, { settings, clock });
    const { orderId } = order;
    const known = request.idempotencyKey
      ? (recent.find(orderId) ?? (await stored({ orders, clock }, orderId)))
      : undefined;
    if (known && known.contents !== named(order).contents) {
      throw new Refusal(
        'taken',
        'idempotency_key names an order of other contents already: give this one a key of its own',
      );
    }
    if (!known) {
      await keep(caller, order, call, { intake, clock });
      if (request.idempotencyKey) recent.add(order);
    }
    return { orderId, estimatedDelivery: new Date(known?.estimatedAt ?? order.estimatedAt) };
  };
}

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
const notAnId = () => new Refusal('invalid', 'order_id must be the id that PlaceOrder answered, in lower case');

/** @throws Refusal INVALID_ARGUMENT, NOT_FOUND, or UNAVAILABLE without Redis */
async function find({ orders, callers }: Parts, orderId: string, call: Asking): Promise<Progress> {
  if (!isId(orderId)) throw notAnId();
  const [progress] = await orders.load([orderId]).catch((error) => {
    throw new Refusal('away', 'Redis does not answer', { cause: error });
  });
  // Whose order it is not is not told that there is one.
  if (!progress || !callers.of(call).owns(progress.order.owner)) throw new Refusal('unknown', `no order ${orderId}`);
  return progress;
}
