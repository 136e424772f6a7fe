/** A refusal tells its caller whether the call may be repeated, and after how long. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { credentials, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';
import {
  OrderServiceClient,
  OrderServiceService,
  type PlaceOrderRequest,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { unary } from './calls.ts';
import { Refusal } from './refusal.ts';

const server = new Server();
const request: PlaceOrderRequest = { details: undefined, idempotencyKey: '', run: undefined };
let refusals: Refusal[];
let address: string;

before(async () => {
  const placeOrder = unary(assert.fail, async () => {
    const refusal = refusals.shift();
    if (refusal) throw refusal;
    return { orderId: 'stored' };
  });
  const { placeOrder: method } = OrderServiceService;
  server.addService({ placeOrder: method }, { placeOrder });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  address = `127.0.0.1:${await promise}`;
});
after(() => server.forceShutdown());

const pushback = ({ metadata }: ServiceError) => metadata.get('grpc-retry-pushback-ms');

function place(options = {}): Promise<string> {
  const client = new OrderServiceClient(address, credentials.createInsecure(), options);
  return new Promise<string>((resolve, reject) => {
    client.placeOrder(request, (error, answer) => (error ? reject(error) : resolve(answer.orderId)));
  }).finally(() => client.close());
}

for (const reason of ['full', 'away'] as const) {
  test(`who is refused since the gateway is ${reason} hears when to come again`, async () => {
    refusals = [new Refusal(reason, 'not now')];
    await assert.rejects(place(), (error: ServiceError) => {
      assert.deepEqual(pushback(error), ['1000']);
      assert.match(error.details, /not now; try again in 1 s/);
      return true;
    });
  });
}

for (const reason of ['invalid', 'unsure', 'taken', 'enough'] as const) {
  test(`who is refused since it is ${reason} is not told to come again`, async () => {
    refusals = [new Refusal(reason, 'never')];
    await assert.rejects(place(), (error: ServiceError) => {
      assert.deepEqual(pushback(error), []);
      assert.match(error.details, /never$/);
      return true;
    });
  });
}

test('a client with a retry policy comes again after that time, and is served', async () => {
  refusals = [new Refusal('full', 'not now')];
  const retryPolicy = {
    maxAttempts: 2,
    initialBackoff: '0.01s',
    maxBackoff: '0.01s',
    backoffMultiplier: 1,
    retryableStatusCodes: [status.RESOURCE_EXHAUSTED],
  };
  const since = performance.now();
  const config = JSON.stringify({ loadBalancingConfig: [], methodConfig: [{ name: [{}], retryPolicy }] });
  assert.equal(await place({ 'grpc.service_config': config }), 'stored');
  assert.ok(performance.now() - since >= 990);
});
