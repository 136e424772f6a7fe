import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { credentials, status } from '@grpc/grpc-js';
import { readSettings } from '../../functions/settings.ts';
import { OrderServiceClient } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { certify } from '../certify.fixture.ts';
import { systemClock } from '../clock.ts';
import { credentialsFor } from './credentials.ts';
import { startGateway } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

const off = readSettings({});

const here = { clock: systemClock, log: () => undefined };

test('a gateway that others reach is refused without TLS and a login, with what to do', () => {
  const tls = readSettings({ DESPACHO_GRPC_CERTIFICATE: 'a.pem', DESPACHO_GRPC_KEY: 'a.key' });
  const login = readSettings({ DESPACHO_GRPC_CALLERS: 'callers.json' });
  for (const address of ['0.0.0.0:50051', '[::]:50051', '192.168.1.7:1', 'shop.example:1']) {
    for (const half of [off, tls, login]) {
      assert.throws(
        () => credentialsFor(address, half, here),
        /does not listen on .* without TLS and a login.*DESPACHO_GRPC_CALLERS or DESPACHO_GRPC_CLIENT_CA/,
      );
    }
  }
  for (const address of ['127.0.0.1:50051', 'localhost:0', '[::1]:50051'])
    assert.ok(credentialsFor(address, off, here));
  const half = readSettings({ DESPACHO_GRPC_CERTIFICATE: 'a.pem' });
  assert.throws(() => credentialsFor('0.0.0.0:1', half, here), /go together/);
});

test('files that are no certificate and key are refused with what to name', () => {
  for (const name of ['rubbish.pem', 'rubbish.key']) writeFileSync(file(name), 'rubbish');
  const rubbish = readSettings({
    DESPACHO_GRPC_CERTIFICATE: file('rubbish.pem'),
    DESPACHO_GRPC_KEY: file('rubbish.key'),
  });
  assert.throws(() => credentialsFor('127.0.0.1:1', rubbish, here), /cannot be used: .*\. Name files in PEM/);
});

test('with certificates only who has one of our authority is answered', async () => {
  for (const name of ['shop', 'stranger']) certify(folder, name);
  const settings = readSettings({
    DESPACHO_GRPC_CERTIFICATE: file('shop.pem'),
    DESPACHO_GRPC_KEY: file('shop.key'),
    DESPACHO_GRPC_CLIENT_CA: file('shop-ca.pem'),
    KAFKA_BROKERS: '127.0.0.1:1',
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  const gateway = await startGateway({ settings, address: '0.0.0.0:0', log: () => undefined });
  const trusted = readFileSync(file('shop-ca.pem'));
  const withKey = (name: string) =>
    credentials.createSsl(trusted, readFileSync(file(`${name}.key`)), readFileSync(file(`${name}.pem`)));
  const ask = (how: ReturnType<typeof credentials.createSsl>) =>
    new Promise<number>((resolve) => {
      const client = new OrderServiceClient(`127.0.0.1:${gateway.port}`, how);
      client.getOrder({ orderId: 'no id' }, (error) => {
        resolve(error?.code ?? 0);
        client.close();
      });
    });
  try {
    assert.equal(await ask(withKey('shop')), status.INVALID_ARGUMENT, 'the gateway itself answers');
    for (const how of [withKey('stranger'), credentials.createSsl(trusted), credentials.createInsecure()]) {
      assert.equal(await ask(how), status.UNAVAILABLE);
    }
  } finally {
    await gateway.drain(1000);
  }
});
