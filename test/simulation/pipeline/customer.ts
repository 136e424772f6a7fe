/** The gateway's own service, and a customer who calls it as grpc-js would let him. */
import { Metadata, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type Clock, sleep, systemClock } from '../../../infra/clock.ts';
import { Callers } from '../../../infra/gateway/callers.ts';
import { Events } from '../../../infra/gateway/events.ts';
import { Intake } from '../../../infra/gateway/intake.ts';
import { orderService } from '../../../infra/gateway/orders.ts';
import { kafkaSender } from '../../../infra/gateway/sender.ts';
import { Watches } from '../../../infra/gateway/watches.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import {
  CancelOrderRequest,
  GetOrderRequest,
  type OrderServiceServer,
  PlaceOrderRequest,
} from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { recipients } from './engines.ts';
import type { Part } from './part.ts';
import { ordersIn } from './ports.ts';
import { type Scenario, troubled } from './scenario.ts';
import type { Surroundings } from './system.ts';

export function startGateway(of: Surroundings): OrderServiceServer {
  const { settings, calls, process } = of;
  const { clock } = process;
  const [log, orders] = [() => undefined, ordersIn(of)];
  const sender = kafkaSender(settings);
  const sent = { engine: 'Kafka', what: 'gateway: send' } as const;
  const intake = new Intake({ ...sender, send: (records) => calls.call(sent, () => sender.send(records)) }, log, clock);
  const [watches, events] = [new Watches(orders, clock), new Events(settings, clock)];
  const callers = new Callers('', { clock, log });
  const stopping = new AbortController().signal;
  return orderService({
    settings,
    secret: 'simulated',
    callers,
    intake,
    orders,
    watches,
    events,
    stopping,
    clock,
    log,
  });
}

/** ms that a customer waits for an answer. */
const patience = 8000;
const pause = 300;

type Answer<T> = Readonly<{ code: number; response?: T | null | undefined }>;
type Method<Request, Response> = (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void;

/** One call, which ends by its deadline. */
async function ask<Request, Response>(
  method: Method<Request, Response>,
  request: Request,
  traceId: string,
): Promise<Answer<Response>> {
  const metadata = new Metadata();
  metadata.set('traceparent', `00-${traceId}-0000000000000001-01`);
  const deadline = systemClock.now() + patience;
  const call = { request, metadata, cancelled: false, getDeadline: () => deadline, getPeer: () => '127.0.0.1:1' };
  const { promise, resolve } = Promise.withResolvers<Answer<Response>>();
  const late = systemClock.after(patience, () => {
    call.cancelled = true;
    resolve({ code: 4 });
  });
  method(
    { ...call, getAuthContext: () => undefined } as unknown as ServerUnaryCall<Request, Response>,
    (error, response) => resolve({ code: Number(error?.code ?? 0), response }),
  );
  return promise.finally(() => late.cancel());
}

type Shop = Readonly<{
  gateway: Part<OrderServiceServer>;
  clock: Clock;
  scenario: Scenario;
  acknowledged: Set<string>;
  /** Orders whose customer was told that they are cancelled, or will be. */
  cancelled: Set<string>;
}>;

/** Places an order until the shop says that it has it, and may cancel it. */
export async function shopAs(name: number, random: Random, shop: Shop): Promise<void> {
  const { gateway, clock, scenario, acknowledged, cancelled } = shop;
  const traceId = clock.uuid().replaceAll('-', '');
  const insist = async <Response>(
    call: (service: OrderServiceServer) => Promise<Answer<Response>>,
    isOver: (code: number) => boolean,
  ): Promise<Answer<Response>> => {
    for (;;) {
      const answer = gateway.running && (await call(gateway.running));
      if (answer && isOver(answer.code)) return answer;
      await sleep(systemClock, pause);
    }
  };
  await sleep(systemClock, random.between(0, troubled / 3));
  const order = wish(random, name, scenario);
  const placed = await insist(
    ({ placeOrder }) => ask(placeOrder, order, traceId),
    (code) => code === 0,
  );
  const { orderId } = placed.response as { orderId: string };
  acknowledged.add(orderId);
  if (!random.happens(scenario.cancels)) return;
  await sleep(systemClock, random.between(0, troubled / 3));
  // What has gone too far cannot be cancelled any more.
  const answer = await insist(
    ({ cancelOrder }) => ask(cancelOrder, CancelOrderRequest.create({ orderId }), traceId),
    (code) => code === 0 || code === 9,
  );
  if (answer.code === 0) cancelled.add(orderId);
  await insist(
    ({ getOrder }) => ask(getOrder, GetOrderRequest.create({ orderId }), traceId),
    (code) => code === 0,
  );
}

function wish(random: Random, name: number, { gone, grey }: Scenario): PlaceOrderRequest {
  const kind = random.happens(gone) ? recipients.gone : random.happens(grey) ? recipients.grey : recipients.usual;
  return PlaceOrderRequest.fromPartial({
    details: {
      ...{ product: 'Lamp', price: 12.5, paymentGateway: 'Webpay', cardBrand: 'Visa', bank: 'Estado' },
      ...{ region: 'Maule', address: 'Calle 1', email: `${kind}${name}@example.com` },
    },
    idempotencyKey: `order ${name}`,
  });
}
