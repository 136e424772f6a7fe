/** A gateway that is open to a network, over TLS, to callers with keys and roles. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ChannelCredentials, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { Order } from '../../functions/orders/records.ts';
import { OrderServiceClient, type PlaceOrderResponse } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { PedidosClient } from '../../proto/gen/pedidos.ts';
import { certify } from '../certify.fixture.ts';
import { gatewayClient } from './client.ts';
import { sampleDetails, samplePedido } from './details.fixture.ts';
import { startTrial } from './gateway.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
const file = (name: string) => join(folder, name);
const keyOf = (name: string) => `${name}-`.padEnd(32, '0');

const callers = [
  { name: 'shop', key: keyOf('shop'), roles: ['place', 'read'] },
  { name: 'rival', key: keyOf('rival'), roles: ['place', 'read'] },
  { name: 'pest', key: keyOf('pest'), roles: ['place'], ordersPerRecipient: 2 },
  { name: 'narrow', key: keyOf('narrow'), roles: ['place'], connections: 1 },
  { name: 'desk', key: keyOf('desk'), roles: ['operate'] },
  { name: 'tester', key: keyOf('tester'), roles: ['place', 'load'] },
];

const details = { ...sampleDetails, language: '' };

let trial: Awaited<ReturnType<typeof startTrial>>;
before(async () => {
  certify(folder, 'gateway');
  writeFileSync(file('callers.json'), JSON.stringify(callers), { mode: 0o600 });
  trial = await startTrial(
    {
      DESPACHO_GRPC_CERTIFICATE: file('gateway.pem'),
      DESPACHO_GRPC_KEY: file('gateway.key'),
      DESPACHO_GRPC_CALLERS: file('callers.json'),
    },
    '0.0.0.0:0',
  );
});
after(async () => {
  await trial.end();
  rmSync(folder, { recursive: true });
});

const trusting = (authority = 'gateway-ca.pem') => credentials.createSsl(readFileSync(file(authority)));

/** Calls as one of the callers; without a name, as nobody. */
function as(name?: string, how: ChannelCredentials = trusting()) {
  const metadata = new Metadata();
  if (name) metadata.set('authorization', `Bearer ${keyOf(name)}`);
  const client = new OrderServiceClient(trial.address, how);
  const pedidos = new PedidosClient(trial.address, how);
  const answer = <T>(ask: (done: (error: ServiceError | null, response: T) => void) => unknown) =>
    new Promise<T>((resolve, reject) => {
      ask((error, response) => (error ? reject(error) : resolve(response)));
    }).finally(() => {
      client.close();
      pedidos.close();
    });
  return {
    place: (request: Partial<Parameters<typeof client.placeOrder>[0]> = {}) =>
      answer<PlaceOrderResponse>((done) =>
        client.placeOrder({ details, run: undefined, idempotencyKey: '', ...request }, metadata, done),
      ),
    get: (orderId: string) => answer((done) => client.getOrder({ orderId }, metadata, done)),
    cancel: (orderId: string) => answer((done) => client.cancelOrder({ orderId }, metadata, done)),
    pedir: () => answer((done) => pedidos.realizarPedido(samplePedido, metadata, done)),
    watch: (orderId: string) =>
      new Promise<number>((resolve) => {
        const call = client.watchOrder({ orderId }, metadata);
        call.on('data', () => {
          resolve(status.OK);
          call.cancel();
        });
        call.on('error', ({ code }: ServiceError) => resolve(code));
      }).finally(() => client.close()),
  };
}

const fails = (asked: Promise<unknown>, code: number) => assert.rejects(asked, { code });

test('nobody without a key is answered, by either service', async () => {
  await fails(as().place(), status.UNAUTHENTICATED);
  await fails(as('stranger').place(), status.UNAUTHENTICATED);
  await fails(as().pedir(), status.UNAUTHENTICATED);
  await as('shop').pedir();
});

test('an order is its own caller’s to see, to watch and to cancel; for others there is none, but for who operates', async () => {
  const { orderId } = await as('shop').place();
  const order = (await trial.stored('orders.placed')).find(({ key }) => key === orderId)?.value as Order;
  const step = { version: 1, command: 'process', from: null, to: 'processing', at: Date.now() } as const;
  await trial.shop.write(order, [step], 0);
  await as('shop').get(orderId);
  assert.equal(await as('shop').watch(orderId), status.OK);
  await fails(as('rival').get(orderId), status.NOT_FOUND);
  await fails(as('rival').cancel(orderId), status.NOT_FOUND);
  assert.equal(await as('rival').watch(orderId), status.NOT_FOUND);
  await fails(as('tester').get(orderId), status.PERMISSION_DENIED);
  await as('desk').get(orderId);
  await as('desk').cancel(orderId);
});

test('an idempotency key is its caller’s own: nobody squats on another’s, or foresees the order that it names', async () => {
  const idempotencyKey = 'cart-1';
  const [mine, again] = [await as('shop').place({ idempotencyKey }), await as('shop').place({ idempotencyKey })];
  assert.equal(mine.orderId, again.orderId);
  assert.notEqual((await as('rival').place({ idempotencyKey })).orderId, mine.orderId);
  const other = { ...details, product: 'Coffee' };
  await fails(as('shop').place({ idempotencyKey, details: other }), status.ALREADY_EXISTS);
});

test('nobody has the shop write to one person without end: neither service takes more, and a repeat is none', async () => {
  const email = 'ana@example.com';
  const cart = { details: { ...details, email }, idempotencyKey: 'cart-2' };
  await as('pest').place(cart);
  await as('pest').place(cart);
  await as('pest').pedir();
  await fails(as('pest').pedir(), status.RESOURCE_EXHAUSTED);
  await fails(as('pest').place({ details: { ...details, email } }), status.RESOURCE_EXHAUSTED);
  await as('pest').place({ details: { ...details, email: 'eva@example.com' } });
});

test('a caller has no more connections than its share, and whoever leaves makes room', async () => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${keyOf('narrow')}`);
  const open = () => new OrderServiceClient(trial.address, trusting(), { 'grpc.use_local_subchannel_pool': 1 });
  const place = (client: OrderServiceClient) =>
    new Promise<number>((resolve) => {
      const request = { details, run: undefined, idempotencyKey: '' };
      client.placeOrder(request, metadata, (error) => resolve(error?.code ?? status.OK));
    });
  const [first, second] = [open(), open()];
  assert.deepEqual([await place(first), await place(first)], [status.OK, status.OK]);
  assert.equal(await place(second), status.RESOURCE_EXHAUSTED);
  first.close();
  // The gateway hears of it a moment later.
  while ((await place(second)) !== status.OK);
  second.close();
});

test('only who loads names a run and its clock', async () => {
  const run = { id: 'trial', distribution: '', clock: 10 };
  await fails(as('shop').place({ run }), status.PERMISSION_DENIED);
  await as('tester').place({ run });
});

test('our own commands call it by the settings that it has, and with their key', async () => {
  writeFileSync(file('key'), `${keyOf('tester')}\n`);
  const access = { ...trial.settings, grpcAuthority: file('gateway-ca.pem'), grpcApiKey: file('key') };
  const client = gatewayClient(`0.0.0.0:${trial.gateway.port}`, {}, access);
  const request = { details, run: { id: 'trial', distribution: '', clock: 10 }, idempotencyKey: '' };
  const { orderId } = await new Promise<PlaceOrderResponse>((resolve, reject) => {
    client.placeOrder(request, (error, response) => (error ? reject(error) : resolve(response)));
  }).finally(() => client.close());
  assert.ok(orderId);
});

test('a certificate that is put anew is used without a restart', async () => {
  certify(folder, 'renewed');
  for (const kind of ['pem', 'key']) copyFileSync(file(`renewed.${kind}`), file(`gateway.${kind}`));
  await trial.said(/gateway\.pem.*read anew/);
  await as('shop', trusting('renewed-ca.pem')).place();
  await fails(as('shop', trusting('gateway-ca.pem')).place(), status.UNAVAILABLE);
});
