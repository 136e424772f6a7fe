import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { readSettings } from '../../functions/settings.ts';
import { OrderServiceService, PlaceOrderRequest } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { PedidoRequest, PedidosService } from '../../proto/gen/pedidos.ts';
import { systemClock } from '../clock.ts';
import { readable } from './calls.ts';
import { sampleDetails } from './details.fixture.ts';
import { place } from './place.ts';
import { names, wish } from './translate.ts';

const settings = readSettings({});
const details = { ...sampleDetails, product: 'Polerón', language: 'es' };
const bytesOf = (changed: Partial<typeof details>) =>
  Buffer.from(
    PlaceOrderRequest.encode(PlaceOrderRequest.fromPartial({ details: { ...details, ...changed } })).finish(),
  );

/** What the gateway makes of the bytes of a PlaceOrderRequest. */
function take(bytes: Buffer) {
  const { requestDeserialize } = readable(OrderServiceService).placeOrder;
  return place(
    wish(requestDeserialize(bytes), settings),
    names,
    { traceId: 'a'.repeat(32), owner: '', secret: 's' },
    { settings, clock: systemClock },
  );
}

/** The UTF-8 of ó as Latin-1 writes it: one byte, and the lengths before it one less. */
function latin1(bytes: Buffer): Buffer {
  const text = Buffer.from('Polerón');
  const at = bytes.indexOf(text);
  const changed = Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from('Poler\u00f3n', 'latin1'),
    bytes.subarray(at + text.length),
  ]);
  changed.writeUInt8(changed.readUInt8(at - 1) - 1, at - 1);
  changed.writeUInt8(changed.readUInt8(1) - 1, 1);
  return changed;
}

test('Latin-1 bytes in a string are refused with the name of the field, in a nested message too', () => {
  assert.equal(take(bytesOf({})).product, 'Polerón');
  assert.throws(() => take(latin1(bytesOf({}))), {
    code: status.INVALID_ARGUMENT,
    message: /^details\.product must be plain text in UTF-8/,
  });
  const { requestDeserialize } = readable(PedidosService).realizarPedido;
  const good = Buffer.from(PedidoRequest.encode(PedidoRequest.fromPartial({ nombreProducto: 'ó' })).finish());
  assert.equal(requestDeserialize(good).nombreProducto, 'ó');
});

test('what could steer a terminal, a log or an e-mail is refused with the name of the field', () => {
  for (const text of ['Mate\n\nURGENTE', '\u001b]0;x\u0007', 'a\u0000b', 'a\u202eb', 'a\u200bb', 'a\u0378b']) {
    for (const [field, name] of [
      ['product', 'details.product'],
      ['bank', 'details.bank'],
      ['address', 'details.address'],
    ] as const) {
      assert.throws(() => take(bytesOf({ [field]: text })), {
        code: status.INVALID_ARGUMENT,
        message: new RegExp(`^${name} must be plain text`),
      });
    }
  }
});

test('an address whose domain is of another script is kept as mail servers know it', () => {
  assert.equal(take(bytesOf({ email: 'ana@ñandú.cl' })).email, 'ana@xn--and-6ma2c.cl');
});

test('an order that would stay in its states for hours is refused', () => {
  const slow = PlaceOrderRequest.fromPartial({ details, run: { clock: 0.001 } });
  assert.throws(() => take(Buffer.from(PlaceOrderRequest.encode(slow).finish())), /run\.clock must be at least 0\.1/);
});
