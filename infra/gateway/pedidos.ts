/** The published contract, for clients written for an older shop. */
import type { Language } from '../../functions/orders/lifecycle.ts';
import type { Order } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import type { PedidoRequest, PedidosServer } from '../../proto/gen/pedidos.ts';
import { unary } from './calls.ts';
import { keep } from './keep.ts';
import type { Parts } from './orders.ts';
import { type FieldNames, place, type Wish } from './place.ts';
import { traceIdOf } from './trace.ts';

const names: FieldNames = {
  product: 'nombre_producto',
  price: 'precio',
  gateway: 'pasarela_pago',
  cardBrand: 'marca_tarjeta',
  bank: 'banco',
  region: 'region_envio',
  address: 'direccion_envio',
  email: 'email_cliente',
};

/** What a 32-bit float was before it became one: its shortest decimal form (19.99, not 19.989999771118164). */
export function decimal(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}

const wish = (request: PedidoRequest, { language, clock }: Settings): Wish => ({
  product: request.nombreProducto,
  price: decimal(request.precio),
  gateway: request.pasarelaPago,
  cardBrand: request.marcaTarjeta,
  bank: request.banco,
  region: request.regionEnvio,
  address: request.direccionEnvio,
  email: request.emailCliente,
  run: '',
  distribution: '',
  clock,
  language,
  key: '',
});

const sentences: Readonly<Record<Language, (id: string, seconds: string, moment: string) => string>> = {
  es: (id, seconds, moment) => `Pedido ${id} recibido. Entrega estimada en ${seconds} segundos (${moment}).`,
  en: (id, seconds, moment) => `Order ${id} received. Estimated delivery in ${seconds} seconds (${moment}).`,
};
const seconds = {
  es: new Intl.NumberFormat('es', { maximumFractionDigits: 1 }),
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 1 }),
} as const satisfies Record<Language, Intl.NumberFormat>;

/** What the customer is told: the order's id, and when it should be delivered. */
export function message({ language, orderId, placedAt, estimatedAt }: Order): string {
  const wait = seconds[language].format((estimatedAt - placedAt) / 1000);
  return sentences[language](orderId, wait, new Date(estimatedAt).toISOString());
}

/** Answers in the settings' language. Each call makes a new order: the contract has no idempotency key. */
export const pedidos = ({
  intake,
  callers,
  secret,
  settings,
  clock,
  log,
}: Pick<Parts, 'intake' | 'callers' | 'secret' | 'settings' | 'clock' | 'log'>): PedidosServer => ({
  realizarPedido: unary(log, async (request, call) => {
    const caller = callers.of(call);
    caller.place(clock);
    const origin = { traceId: traceIdOf(call.metadata), owner: caller.name, secret };
    const order = place(wish(request, settings), names, origin, { settings, clock });
    await keep(caller, order, call, { intake, clock });
    return { mensaje: message(order) };
  }),
});
