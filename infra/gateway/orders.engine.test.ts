import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type Order, orderSchema, requestSchema } from '../../functions/orders/records.ts';
import {
  type GetOrderResponse,
  OrderState,
  PlaceOrderRequest,
  type PlaceOrderResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { sampleDetails } from './details.fixture.ts';
import { startTrial } from './gateway.fixture.ts';
import { lifeOf } from './orderLife.fixture.ts';

let trial: Awaited<ReturnType<typeof startTrial>>;
before(async () => {
  trial = await startTrial();
});
after(() => trial.end());

const details = { ...sampleDetails, language: 'en' };

type Call<Request, Response> = (
  request: Request,
  metadata: Metadata,
  answer: (error: ServiceError | null, response: Response) => void,
) => unknown;

function ask<Request, Response>(call: Call<Request, Response>, request: Request, metadata = new Metadata()) {
  return new Promise<Response>((resolve, reject) => {
    call.call(trial.client, request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

const place = (request: Partial<PlaceOrderRequest>, metadata?: Metadata): Promise<PlaceOrderResponse> =>
  ask(trial.client.placeOrder, PlaceOrderRequest.create(request), metadata);
const get = (orderId: string): Promise<GetOrderResponse> => ask(trial.client.getOrder, { orderId });
const cancel = (orderId: string) => ask(trial.client.cancelOrder, { orderId });

async function placedOrder(orderId: string): Promise<Order> {
  const records = await trial.stored('orders.placed');
  return orderSchema.parse(records.find(({ key }) => key === orderId)?.value);
}

test('an order is stored with its run, its language and the trace of its caller', async () => {
  const metadata = new Metadata();
  metadata.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  const run = { id: 'r1', distribution: 'poisson', clock: 60 };
  const { orderId, estimatedDelivery } = await place({ details, run }, metadata);
  const order = await placedOrder(orderId);
  assert.equal(order.traceId, '0af7651916cd43dd8448eb211c80319c');
  assert.deepEqual([order.run, order.distribution, order.clock, order.language], ['r1', 'poisson', 60, 'en']);
  assert.equal(order.estimatedAt, estimatedDelivery?.getTime());
});

test('a repeated call with its idempotency key names the same order and changes nothing', async () => {
  const first = await place({ details, idempotencyKey: 'once' });
  assert.deepEqual(await place({ details, idempotencyKey: 'once' }), first);
  const other = place({ details: { ...details, price: 99 }, idempotencyKey: 'once' });
  await assert.rejects(other, {
    code: status.ALREADY_EXISTS,
    details: /^idempotency_key names an order of other contents/,
  });
  const records = await trial.stored('orders.placed');
  assert.equal(records.filter(({ key }) => key === first.orderId).length, 1);
});

const faults: [string, Partial<PlaceOrderRequest>][] = [
  ['details must', {}],
  ['details.price must', { details: { ...details, price: -1 } }],
  ['details.price must', { details: { ...details, price: Number.POSITIVE_INFINITY } }],
  ['details.payment_gateway must', { details: { ...details, paymentGateway: '' } }],
  ['details.language must be one of es, en', { details: { ...details, language: 'fr' } }],
  ['run.clock must', { details, run: { id: '', distribution: '', clock: -2 } }],
  ['run.id must', { details, run: { id: 'x'.repeat(65), distribution: '', clock: 1 } }],
  ['idempotency_key must', { details, idempotencyKey: 'k'.repeat(129) }],
];
for (const [message, request] of faults) {
  test(`a request at fault is told "${message} …"`, async () => {
    await assert.rejects(place(request), (error: ServiceError) => {
      assert.equal(error.code, status.INVALID_ARGUMENT);
      assert.ok(error.details.startsWith(message), error.details);
      return true;
    });
  });
}

test('bytes that are no message are INVALID_ARGUMENT', async () => {
  const call = new Promise((_, reject) => {
    const path = '/despacho.orders.v1.OrderService/PlaceOrder';
    const raw = (bytes: Buffer) => bytes;
    trial.client.makeUnaryRequest(path, raw, raw, Buffer.from([0x0a, 0x7f, 0x01]), reject);
  });
  await assert.rejects(call, { code: status.INVALID_ARGUMENT, details: /not a valid protobuf message/ });
});

test('an order is NOT_FOUND until its first function has run, then shown as it stands', async () => {
  const { orderId } = await place({ details });
  await assert.rejects(get(orderId), { code: status.NOT_FOUND });
  const order = await placedOrder(orderId);
  const life = lifeOf(order).slice(0, 2);
  await trial.shop.write(order, life, 0);
  const { order: shown } = await get(orderId);
  assert.deepEqual(shown?.details, details);
  assert.equal(shown?.state, OrderState.ORDER_STATE_PREPARING);
  assert.equal(shown?.version, 2);
  assert.deepEqual(
    shown?.history.map(({ version, from, to, command }) => [version, from, to, command]),
    [
      [1, OrderState.ORDER_STATE_UNSPECIFIED, OrderState.ORDER_STATE_PROCESSING, 'process'],
      [2, OrderState.ORDER_STATE_PROCESSING, OrderState.ORDER_STATE_PREPARING, 'prepare'],
    ],
  );
});

test('an id that cannot be is INVALID_ARGUMENT', async () => {
  await assert.rejects(get('7'), { code: status.INVALID_ARGUMENT, details: /order_id must/ });
  await assert.rejects(cancel(''), { code: status.INVALID_ARGUMENT, details: /order_id must/ });
});

test('a cancellation is stored before it is answered, and may be repeated', async () => {
  const { orderId } = await place({ details });
  await assert.rejects(cancel(orderId), { code: status.NOT_FOUND });
  const order = await placedOrder(orderId);
  const life = lifeOf(order).slice(0, 1);
  await trial.shop.write(order, life, 0);
  await cancel(orderId);
  const asked = (await trial.stored('orders.cancel')).filter(({ key }) => key === orderId);
  assert.deepEqual(
    asked.map(({ value }) => requestSchema.parse(value)),
    [{ orderId }],
  );
  const cancelled = { version: 2, command: 'cancel', from: 'processing', to: 'cancelled', at: Date.now() } as const;
  await trial.shop.write(order, [...life, cancelled], 1);
  await cancel(orderId);
  assert.equal((await trial.stored('orders.cancel')).filter(({ key }) => key === orderId).length, 1);
});

test('an order that has been shipped cannot be cancelled any more', async () => {
  const { orderId } = await place({ details });
  const order = await placedOrder(orderId);
  await trial.shop.write(order, lifeOf(order).slice(0, 3), 0);
  await assert.rejects(cancel(orderId), { code: status.FAILED_PRECONDITION, details: /is shipped/ });
});

test('a call whose deadline has passed is not stored', async () => {
  const before = (await trial.stored('orders.placed')).length;
  const call = new Promise((_, reject) => {
    trial.client.placeOrder(
      PlaceOrderRequest.create({ details }),
      new Metadata(),
      { deadline: Date.now() - 1 },
      reject,
    );
  });
  await assert.rejects(call, { code: status.DEADLINE_EXCEEDED });
  await place({ details });
  assert.equal((await trial.stored('orders.placed')).length, before + 1);
});
