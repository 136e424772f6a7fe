/** A small real gRPC server with the gateway's contract and no Kafka: what the load script is tested against. */
import { randomUUID } from 'node:crypto';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import {
  type OrderServiceServer,
  OrderServiceService,
  type PlaceOrderRequest,
  type PlaceOrderResponse,
  type PlaceOrdersRequest,
  type PlaceOrdersResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';

/** How an order is met: accepted, refused with a gRPC code, or never answered. */
export type Treatment = 'accept' | 'ignore' | { code: number; message: string };

export type TestGateway = {
  address: string;
  received: PlaceOrderRequest[];
  stop(): void;
};

/** @param treat decides about each order, by how many came before it */
export async function startTestGateway(treat: (index: number) => Treatment = () => 'accept', port = 0) {
  const received: PlaceOrderRequest[] = [];
  const ids = new Map<string, string>();

  const place = (order: PlaceOrderRequest): PlaceOrderResponse | Exclude<Treatment, 'accept'> => {
    const treatment = treat(received.length);
    received.push(order);
    if (treatment !== 'accept') return treatment;
    const orderId = ids.get(order.idempotencyKey) ?? randomUUID();
    if (order.idempotencyKey) ids.set(order.idempotencyKey, orderId);
    return { orderId, estimatedDelivery: new Date() };
  };

  const server = new Server();
  const absent = () => {
    throw new Error('not part of a load');
  };
  const service: OrderServiceServer = {
    placeOrder({ request }, callback) {
      const result = place(request);
      if (result === 'ignore') return;
      if ('code' in result) callback({ code: result.code, details: result.message });
      else callback(null, result);
    },
    placeOrders(call) {
      call.on('data', ({ reference, order }: PlaceOrdersRequest) => {
        const result = place(order as PlaceOrderRequest);
        if (result === 'ignore') return;
        const answer: PlaceOrdersResponse = { reference };
        call.write('code' in result ? { ...answer, error: result } : { ...answer, placed: result });
      });
      call.on('end', () => call.end());
    },
    getOrder: absent,
    watchOrder: absent,
    cancelOrder: absent,
  };
  server.addService(OrderServiceService, service);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const gateway: TestGateway = { address: `127.0.0.1:${bound}`, received, stop: () => server.forceShutdown() };
  return gateway;
}

/** What a gateway says when Kafka is away. */
export const kafkaAway: Treatment = { code: status.UNAVAILABLE, message: 'Kafka does not answer' };
