/** The two ways into the gateway. Both keep calling `answer` exactly once for each order that is placed. */

import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { at } from '../../infra/at.ts';
import type { Clock } from '../../infra/clock.ts';
import { Trouble } from '../../infra/faults.ts';
import { gatewayClient } from '../../infra/gateway/client.ts';
import type {
  OrderServiceClient,
  PlaceOrderRequest,
  PlaceOrderResponse,
  PlaceOrdersResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';

/** How an order was answered: its gRPC code, with the order's id when it is OK, else with the reason. */
type Answer = (code: number, orderId: string, reason: string) => void;

/** A way into the gateway that is open. */
export type Intake = Readonly<{
  place(request: PlaceOrderRequest, answer: Answer): void;
  /** Answers CANCELLED to whatever still waits, and hangs up. */
  close(): void;
}>;

/** Connections of their own, so that one HTTP/2 session's flow control does not hold up every order. */
const connections = 4;

/** An order is sent once, and straight: a retry behind the sender's back, or a proxy that the shell names, would spoil the times. */
const channelOptions = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  // A gateway that was away is found again at once: the usual wait grows up to two minutes, in which all orders fail.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
};

const connectMs = 5_000;

/** An answer that takes longer is DEADLINE_EXCEEDED. */
export const deadlineMs = 30_000;

/**
 * Connects to the gateway.
 * @throws Trouble when it does not answer within 5 s
 */
export async function openIntake(address: string, protocol: 'unary' | 'stream', clock: Clock): Promise<Intake> {
  const clients = Array.from({ length: connections }, () => gatewayClient(address, channelOptions));
  try {
    await Promise.all(clients.map((client) => ready(client, clock)));
  } catch {
    for (const client of clients) client.close();
    throw new Trouble(
      'away',
      `No gateway answers at ${address}. Start the system (npm start), or name another address by --address.`,
    );
  }
  return takingTurns(clients.map((client) => (protocol === 'unary' ? unary(client, clock) : stream(client))));
}

const ready = (client: OrderServiceClient, clock: Clock): Promise<void> =>
  new Promise((resolve, reject) => {
    client.waitForReady(clock.now() + connectMs, (error) => (error ? reject(error) : resolve()));
  });

function takingTurns(intakes: Intake[]): Intake {
  let turn = 0;
  return {
    place(request, answer) {
      turn = (turn + 1) % intakes.length;
      at(intakes, turn).place(request, answer);
    },
    close: () => intakes.forEach((intake) => void intake.close()),
  };
}

function unary(client: OrderServiceClient, clock: Clock): Intake {
  const waiting = new Set<{ cancel(): void }>();
  return {
    place(request, answer) {
      const options = { deadline: clock.now() + deadlineMs };
      const done = (error: ServiceError | null, response?: PlaceOrderResponse): void => {
        waiting.delete(call);
        answer(error ? error.code : status.OK, response?.orderId ?? '', error?.details ?? '');
      };
      const call = client.placeOrder(request, new Metadata(), options, done);
      waiting.add(call);
    },
    close() {
      for (const call of waiting) call.cancel();
      client.close();
    },
  };
}

/** One PlaceOrders stream, opened when it is needed and again after it broke. */
function stream(client: OrderServiceClient): Intake {
  let current: { call: ReturnType<typeof client.placeOrders>; waiting: Map<number, Answer> } | undefined;
  let reference = 0;

  const open = () => {
    const call = client.placeOrders();
    const waiting = new Map<number, Answer>();
    call.on('data', ({ reference, placed, error }: PlaceOrdersResponse) => {
      const answer = waiting.get(reference);
      waiting.delete(reference);
      answer?.(error?.code ?? status.OK, placed?.orderId ?? '', error?.message ?? '');
    });
    call.on('error', ({ code, details }: ServiceError) => broken(code, details));
    call.on('end', () => broken(status.UNAVAILABLE, 'the gateway ended the stream'));
    const broken = (code: number, reason: string): void => {
      if (current?.call === call) current = undefined;
      const left = [...waiting.values()];
      waiting.clear();
      for (const answer of left) answer(code, '', reason);
    };
    return { call, waiting };
  };

  return {
    place(order, answer) {
      current ??= open();
      reference += 1;
      current.waiting.set(reference, answer);
      // Backpressure is the sender's: it bounds what is in flight.
      current.call.write({ reference, order });
    },
    close() {
      current?.call.cancel();
      client.close();
    },
  };
}
