/**
 * The least that takes orders over gRPC and answers each when Kafka has it: what the gateway is measured by. All that came
 * meanwhile is one produce; published kafkajs and grpc-js, no checks, no keys, no repeats known, no callers, no limits.
 */

import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { commandTopic } from '../../../functions/orders/topics.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { loginOptions } from '../../../infra/kafkajs/kafkaLogin.ts';
import {
  type OrderServiceServer,
  OrderServiceService,
  type PlaceOrderRequest,
} from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { answerParent } from './intakeChild.ts';

const { kafkaBrokers, access, namespace } = readSettings();
const kafka = new Kafka({ ...loginOptions(access.kafka), brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();

type Waiting = Readonly<{ orderId: string; order: PlaceOrderRequest; stored(error: Error | null): void }>;
let waiting: Waiting[] = [];
let sending = false;

async function send(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    const messages = batch.map(({ orderId, order }) => ({
      key: orderId,
      value: JSON.stringify({ orderId, ...order.details }),
    }));
    const error = await producer.send({ topic: namespace + commandTopic('process'), messages }).then(() => null, Error);
    for (const { stored } of batch) stored(error);
  }
  sending = false;
}

function store(order: PlaceOrderRequest, answer: (orderId: string, error: Error | null) => void): void {
  const orderId = systemClock.uuid();
  waiting.push({ orderId, order, stored: (error) => answer(orderId, error) });
  if (sending) return;
  sending = true;
  setImmediate(send);
}

const service: Pick<OrderServiceServer, 'placeOrder' | 'placeOrders'> = {
  placeOrder({ request }, answer) {
    store(request, (orderId, error) => answer(error, { orderId, estimatedDelivery: undefined }));
  },
  placeOrders(call) {
    let [open, ended] = [0, false];
    const endWhenDone = () => {
      if (open === 0 && ended) call.end();
    };
    call.on('data', ({ reference, order }) => {
      open++;
      store(order, (orderId, error) => {
        open--;
        const placed = { orderId, estimatedDelivery: undefined };
        call.write({
          reference,
          ...(error ? { error: { code: status.UNAVAILABLE, message: error.message } } : { placed }),
        });
        endWhenDone();
      });
    });
    call.on('end', () => {
      ended = true;
      endWhenDone();
    });
  },
};

const server = new Server({ 'grpc.max_concurrent_streams': 10_000 });
server.addService(OrderServiceService, service);
const port = await new Promise<number>((resolve, reject) =>
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  ),
);
answerParent(port, async () => {
  server.forceShutdown();
  await producer.disconnect();
});
