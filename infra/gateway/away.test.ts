import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { readSettings } from '../../functions/settings.ts';
import {
  OrderServiceClient,
  PlaceOrderRequest,
  type PlaceOrdersResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { freePort } from '../engines/freePort.ts';
import { sampleDetails } from './details.fixture.ts';
import { startGateway } from './server.ts';

const order = PlaceOrderRequest.create({ details: sampleDetails });
const orderId = '00000000-0000-4000-8000-000000000000';

/** A port that takes connections and never says a word. */
const sockets: Socket[] = [];
const silent = createServer((socket) => sockets.push(socket));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

before(() => once(silent.listen(0, '127.0.0.1'), 'listening'));
after(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

for (const [brokers, port] of [
  ['refuse connections', freePort],
  ['never answer', async () => portOf(silent)],
] as const) {
  test(`while the brokers ${brokers}, every call is answered UNAVAILABLE in bounded time, and the gateway stops`, async (t) => {
    const engine = `127.0.0.1:${await port()}`;
    const settings = readSettings({ KAFKA_BROKERS: engine, REDIS_URL: `redis://${engine}` });
    const lines: string[] = [];
    const gateway = await startGateway({ settings, address: '127.0.0.1:0', log: (line) => lines.push(line) });
    const client = new OrderServiceClient(`127.0.0.1:${gateway.port}`, credentials.createInsecure());
    const since = performance.now();
    // It is on its way to Kafka and may get there when Kafka is back.
    const details = /only a repeat with its idempotency key is safe$/;
    await t.test('a call', () => assert.rejects(placeOne(client), { code: status.UNAVAILABLE, details }));
    await t.test('a stream', () => stream(client));
    assert.ok(performance.now() - since < 20_000);
    assert.deepEqual(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', /^Kafka does not take orders/);
    client.close();
    await gateway.drain(1000);
  });
}

const placeOne = (client: OrderServiceClient) =>
  new Promise((resolve, reject) =>
    client.placeOrder(order, (error, answer) => (error ? reject(error) : resolve(answer))),
  );

/** Each of its orders is answered by the error; the stream itself goes well. */
async function stream(client: OrderServiceClient): Promise<void> {
  const call = client.placeOrders();
  for (let reference = 0; reference < 10; reference++) call.write({ reference, order });
  call.end();
  const answers: PlaceOrdersResponse[] = await call.toArray();
  assert.deepEqual(
    answers.map(({ error }) => error?.code),
    Array(10).fill(status.UNAVAILABLE),
  );
}

test("a client's own deadline comes first", async () => {
  const settings = readSettings({ KAFKA_BROKERS: `127.0.0.1:${portOf(silent)}` });
  const gateway = await startGateway({ settings, address: '127.0.0.1:0', log: () => undefined });
  const client = new OrderServiceClient(`127.0.0.1:${gateway.port}`, credentials.createInsecure());
  const call = new Promise((_, reject) =>
    client.placeOrder(order, new Metadata(), { deadline: Date.now() + 300 }, reject),
  );
  await assert.rejects(call, { code: status.DEADLINE_EXCEEDED });
  client.close();
  await gateway.drain(1000);
});

test('without Redis an order cannot be looked at, and that is said', async () => {
  const port = await freePort();
  const settings = readSettings({ REDIS_URL: `redis://127.0.0.1:${port}`, KAFKA_BROKERS: `127.0.0.1:${port}` });
  const gateway = await startGateway({ settings, address: '127.0.0.1:0', log: () => undefined });
  const client = new OrderServiceClient(`127.0.0.1:${gateway.port}`, credentials.createInsecure());
  const get = new Promise((_, reject) => client.getOrder({ orderId }, reject));
  await assert.rejects(get, { code: status.UNAVAILABLE, details: /^Redis does not answer/ });
  const watch = client.watchOrder({ orderId });
  await assert.rejects(watch.toArray(), (error: ServiceError) => error.code === status.UNAVAILABLE);
  client.close();
  await gateway.drain(1000);
});
