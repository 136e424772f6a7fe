import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { orderSchema } from '../../functions/orders/records.ts';
import { startTrial } from './gateway.fixture.ts';

type Answer = { mensaje: string };
type StockClient = {
  RealizarPedido(request: object, answer: (error: ServiceError | null, response?: Answer) => void): void;
  close(): void;
};

const pedido = {
  nombre_producto: 'Café de grano',
  precio: 19.99,
  pasarela_pago: 'Webpay',
  marca_tarjeta: 'Visa',
  banco: 'Banco de Chile',
  region_envio: 'Ñuble',
  direccion_envio: 'Los Aromos 12',
  email_cliente: 'ana@example.com',
};

let trial: Awaited<ReturnType<typeof startTrial>>;
let client: StockClient;

before(async () => {
  trial = await startTrial({ DESPACHO_CLOCK: '2' });
  // A client that knows nothing but the published contract.
  const contract = loadSync(fileURLToPath(new URL('../../proto/pedidos.proto', import.meta.url)), { keepCase: true });
  const { Pedidos } = loadPackageDefinition(contract) as unknown as {
    Pedidos: new (address: string, secrets: unknown) => StockClient;
  };
  client = new Pedidos(trial.address, credentials.createInsecure());
});
after(async () => {
  client.close();
  await trial.end();
});

const order = (request: object): Promise<Answer> =>
  new Promise((resolve, reject) => {
    client.RealizarPedido(request, (error, response) => (response ? resolve(response) : reject(error)));
  });

test('an order of the published contract is stored when it is answered, as it was asked', async () => {
  const sent = Date.now();
  const { mensaje } = await order(pedido);
  const [record] = await trial.stored('orders.placed');
  const stored = orderSchema.parse(record?.value);
  assert.match(mensaje, /^Pedido [0-9a-f-]{36} recibido. Entrega estimada en [\d,]+ segundos \(\d{4}-.*Z\)\.$/);
  assert.ok(mensaje.includes(stored.orderId) && mensaje.includes(new Date(stored.estimatedAt).toISOString()));
  assert.equal(record?.key, stored.orderId);
  assert.ok(stored.placedAt >= sent && stored.placedAt <= Date.now());
  const seconds = (stored.estimatedAt - stored.placedAt) / 1000;
  assert.ok(seconds >= 6 && seconds <= 10, `12 to 20 s at double speed, not ${seconds}`);
  const { orderId, placedAt, estimatedAt, traceId, ...rest } = stored;
  assert.deepEqual(rest, {
    product: 'Café de grano',
    price: 19.99,
    gateway: 'Webpay',
    cardBrand: 'Visa',
    bank: 'Banco de Chile',
    region: 'Ñuble',
    address: 'Los Aromos 12',
    email: 'ana@example.com',
    run: '',
    distribution: '',
    clock: 2,
    language: 'es',
  });
});

for (const [field, value] of Object.entries({
  precio: 0,
  nombre_producto: '',
  pasarela_pago: ' ',
  marca_tarjeta: 'x'.repeat(101),
  banco: '',
  region_envio: '',
  direccion_envio: '',
  email_cliente: 'nobody',
})) {
  test(`a request whose ${field} cannot be is refused by that name`, async () => {
    await assert.rejects(order({ ...pedido, [field]: value }), (error: ServiceError) => {
      assert.equal(error.code, status.INVALID_ARGUMENT);
      assert.match(error.details, new RegExp(`^${field} must [^;]+$`));
      return true;
    });
  });
}

test('every field at fault is named', async () => {
  await assert.rejects(order({}), (error: ServiceError) => {
    assert.equal(error.code, status.INVALID_ARGUMENT);
    for (const field of Object.keys(pedido)) assert.ok(error.details.includes(field), `${field}: ${error.details}`);
    return true;
  });
});

test('a request of more than 64 KiB is refused', async () => {
  const request = { ...pedido, direccion_envio: 'x'.repeat(70_000) };
  await assert.rejects(order(request), { code: status.RESOURCE_EXHAUSTED });
});
