/** A gateway on this machine, as another user of it finds it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ClientReadableStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { OrderServiceClient, PlaceOrderRequest } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { PedidosClient } from '../../proto/gen/pedidos.ts';
import { needsStranger, throughStranger } from '../access/stranger.fixture.ts';
import { certify } from '../certify.fixture.ts';
import { sampleDetails, samplePedido } from './details.fixture.ts';
import { startTrial } from './gateway.fixture.ts';

const request = PlaceOrderRequest.create({ details: sampleDetails });

type Done = (error: ServiceError | null) => void;
const answered = (ask: (done: Done) => unknown) =>
  new Promise<number>((resolve) => void ask((error) => resolve(error?.code ?? status.OK)));
const streamed = (call: ClientReadableStream<unknown>) =>
  new Promise<number>((resolve) => {
    call.on('error', ({ code }: ServiceError) => resolve(code));
    call.on('data', () => resolve(status.OK));
  }).finally(() => call.cancel());

/** The code that each call of both services is answered with, in the order of the contracts. */
async function codesAt(port: number, metadata = new Metadata(), how = credentials.createInsecure()): Promise<number[]> {
  const orders = new OrderServiceClient(`127.0.0.1:${port}`, how);
  const pedidos = new PedidosClient(`127.0.0.1:${port}`, how);
  const orderId = '50ac93f4-1009-4b58-a8fb-eb9b39ca5129';
  const placing = orders.placeOrders(metadata);
  placing.on('error', () => undefined).write({ reference: 1, order: request });
  const codes = await Promise.all([
    answered((done) => pedidos.realizarPedido(samplePedido, metadata, done)),
    answered((done) => orders.placeOrder(request, metadata, done)),
    streamed(placing),
    answered((done) => orders.getOrder({ orderId }, metadata, done)),
    streamed(orders.watchOrder({ orderId }, metadata)),
    answered((done) => orders.cancelOrder({ orderId }, metadata, done)),
  ]);
  orders.close();
  pedidos.close();
  return codes;
}

const { OK, NOT_FOUND, PERMISSION_DENIED } = status;
const served = [OK, OK, OK, NOT_FOUND, NOT_FOUND, NOT_FOUND];

test('another user of this machine is refused every call, and its own user none', needsStranger, async (context) => {
  const trial = await startTrial();
  context.after(() => trial.end());
  const port = await throughStranger(trial.gateway.port, context);
  assert.deepEqual(
    await codesAt(port),
    served.map(() => PERMISSION_DENIED),
  );
  assert.deepEqual(await trial.stored('orders.placed'), []);
  assert.deepEqual(await codesAt(trial.gateway.port), served);
});

test('another user of this machine who has a key is served', needsStranger, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'callers.json');
  const key = 'shop'.padEnd(32, '0');
  writeFileSync(file, JSON.stringify([{ name: 'shop', key, roles: ['place', 'read'] }]), { mode: 0o600 });
  const trial = await startTrial({ DESPACHO_GRPC_CALLERS: file });
  context.after(() => trial.end());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  assert.deepEqual(await codesAt(await throughStranger(trial.gateway.port, context), metadata), served);
});

test(
  'TLS alone tells of nobody who calls: another user is refused, and its own user is not',
  needsStranger,
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
    context.after(() => rmSync(folder, { recursive: true }));
    certify(folder, 'gateway');
    const file = (name: string) => join(folder, name);
    const own = { DESPACHO_GRPC_CERTIFICATE: file('gateway.pem'), DESPACHO_GRPC_KEY: file('gateway.key') };
    const trial = await startTrial(own);
    context.after(() => trial.end());
    const how = credentials.createSsl(readFileSync(file('gateway-ca.pem')));
    assert.deepEqual(await codesAt(trial.gateway.port, new Metadata(), how), served);
    assert.deepEqual(
      await codesAt(await throughStranger(trial.gateway.port, context), new Metadata(), how),
      served.map(() => PERMISSION_DENIED),
    );
  },
);
