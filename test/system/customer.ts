/** What a customer does, by gRPC. */
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import {
  type Order,
  type OrderDetails,
  OrderServiceClient,
  type PlaceOrderRequest,
  type PlaceOrderResponse,
  type Transition,
  type WatchOrderResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { syntheticOrder } from '../../scripts/load/payloads.ts';

export type Wish = Readonly<{ details?: Partial<OrderDetails>; idempotencyKey?: string; clock?: number }>;

/** What a gateway that goes away answers. */
const away: readonly status[] = [status.UNAVAILABLE, status.CANCELLED];
/** A system that is down, and an order that its first function has not seen yet. */
const passing: readonly status[] = [status.UNAVAILABLE, status.NOT_FOUND];
/** Milliseconds: a system is started within these, also on a busy machine. */
const mostAway = 120_000;

export class Customer {
  readonly client: OrderServiceClient;
  readonly #run: string;
  #placed = 0;

  /** @param run under which all orders of this customer can be found */
  constructor(address: string, run: string) {
    this.#run = run;
    // A system that was killed is found again at once when it is back.
    const patience = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 };
    this.client = new OrderServiceClient(address, credentials.createInsecure(), patience);
  }

  /** @returns once Kafka has the order */
  order = (wish: Wish = {}): Promise<PlaceOrderResponse> => this.place(this.requestOf(wish));

  requestOf({ details, idempotencyKey = '', clock = 100 }: Wish): PlaceOrderRequest {
    return {
      details: { ...syntheticOrder(1, this.#placed++), ...details },
      idempotencyKey,
      run: { id: this.#run, distribution: 'test', clock },
    };
  }

  place(request: PlaceOrderRequest): Promise<PlaceOrderResponse> {
    return new Promise((resolve, reject) => {
      this.client.placeOrder(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  /** Places many, and @returns their ids. */
  async orders(count: number, wish: Wish = {}): Promise<string[]> {
    const answers = await Promise.all(Array.from({ length: count }, () => this.order(wish)));
    return answers.map(({ orderId }) => orderId);
  }

  /** Every transition, once the order has come to its end; however often the system is killed meanwhile. */
  async watch(orderId: string, onTransition: (transition: Transition) => void = () => {}): Promise<Transition[]> {
    const transitions: Transition[] = [];
    for (;;) {
      await this.#ready();
      try {
        // A new stream tells everything from the beginning.
        for await (const { transition } of this.client.watchOrder({ orderId }) as AsyncIterable<WatchOrderResponse>) {
          if (!transition || transition.version <= transitions.length) continue;
          transitions.push(transition);
          onTransition(transition);
        }
        return transitions;
      } catch (error) {
        if (!passing.includes((error as ServiceError).code)) throw error;
      }
    }
  }

  /** Resolves when one of the orders has come so far. */
  async oneIsAt(orderIds: readonly string[], version: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const orderId of orderIds) {
      void this.watch(orderId, (step) => step.version === version && resolve()).catch(() => undefined);
    }
    await promise;
  }

  /** Resolves when the gateway can be reached. */
  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.waitForReady(Date.now() + mostAway, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves when each of the orders is completed or cancelled, with the commands that each went through. */
  async followAll(orderIds: readonly string[]): Promise<string[][]> {
    const told = await Promise.all(orderIds.map((orderId) => this.watch(orderId)));
    return told.map((transitions) => transitions.map(({ command }) => command));
  }

  look(orderId: string): Promise<Order> {
    return new Promise((resolve, reject) => {
      this.client.getOrder({ orderId }, (error, answer) => {
        if (answer?.order) resolve(answer.order);
        else reject(error);
      });
    });
  }

  cancel(orderId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.cancelOrder({ orderId }, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Places an order as a client does that is told to try again: the same one with the same key, at the next gateway. */
export async function placeSurely(
  gateways: readonly [Customer, ...Customer[]],
  wish: Wish & { idempotencyKey: string },
): Promise<string> {
  const request = gateways[0].requestOf(wish);
  for (let attempt = 0; ; attempt++) {
    try {
      const gateway = gateways[attempt % gateways.length] ?? gateways[0];
      return (await gateway.place(request)).orderId;
    } catch (error) {
      if (!away.includes((error as ServiceError).code)) throw error;
    }
  }
}
