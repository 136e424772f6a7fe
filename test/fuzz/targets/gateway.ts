/** What clients of the gateway send. */
import fc from 'fast-check';
import { orderSchema } from '../../../functions/orders/records.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { Malformed, readable } from '../../../infra/gateway/calls.ts';
import { place } from '../../../infra/gateway/place.ts';
import { names, wish } from '../../../infra/gateway/translate.ts';
import { OrderServiceService, PlaceOrderRequest } from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { PedidosService } from '../../../proto/gen/pedidos.ts';
import { bytes, damaged, text } from '../inputs.ts';
import { isRefusal, target } from '../target.ts';

const settings = readSettings({});
const origin = { traceId: 'a'.repeat(32), owner: '', secret: 'secret' };
const request = fc
  .record({ product: text, price: fc.double(), address: text, email: text, idempotencyKey: text, clock: fc.double() })
  .map(({ product, price, address, email, idempotencyKey, clock }) =>
    PlaceOrderRequest.fromPartial({
      details: { product, price, paymentGateway: 'W', cardBrand: 'V', bank: 'B', region: 'R', address, email },
      run: { clock },
      idempotencyKey,
    }),
  );
const encoded = request.map((one) => Buffer.from(PlaceOrderRequest.encode(one).finish()));

const placeIt = (asked: PlaceOrderRequest) =>
  orderSchema.parse(place(wish(asked, settings), names, origin, { settings, clock: systemClock }));

export const gateway = [
  target('gRPC messages', request, placeIt, isRefusal),
  target(
    'gRPC bytes',
    fc.oneof(bytes, damaged(encoded)),
    (all) => {
      for (const service of [OrderServiceService, PedidosService]) {
        for (const { requestDeserialize } of Object.values(readable(service))) requestDeserialize(all);
      }
      const asked = readable(OrderServiceService).placeOrder.requestDeserialize(all);
      return asked instanceof Malformed || placeIt(asked);
    },
    isRefusal,
  ),
];
