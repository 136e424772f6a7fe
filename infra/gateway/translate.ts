/** Between the service's messages and the shop's records. */
import type { State } from '../../functions/orders/lifecycle.ts';
import type { Progress, Step } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import {
  type Order,
  OrderState,
  type PlaceOrderRequest,
  type Transition,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import type { FieldNames, Wish } from './place.ts';
import { Refusal } from './refusal.ts';

/** Where a client finds each part of a wish in its PlaceOrderRequest. */
export const names: FieldNames = {
  product: 'details.product',
  price: 'details.price',
  gateway: 'details.payment_gateway',
  cardBrand: 'details.card_brand',
  bank: 'details.bank',
  region: 'details.region',
  address: 'details.address',
  email: 'details.email',
  language: 'details.language',
  run: 'run.id',
  distribution: 'run.distribution',
  clock: 'run.clock',
  key: 'idempotency_key',
};

const slowest = 0.1;

/** @throws Refusal INVALID_ARGUMENT when there are no details at all; the rest is checked by `place` */
export function wish(request: PlaceOrderRequest, settings: Pick<Settings, 'language' | 'clock'>): Wish {
  const { details, run, idempotencyKey } = request;
  if (!details) throw new Refusal('invalid', 'details must be given');
  // An order that stays in a state for hours is the shop's own to allow, by its setting.
  if (run?.clock && run.clock < slowest) throw new Refusal('invalid', `run.clock must be at least ${slowest}`);
  return {
    product: details.product,
    price: details.price,
    gateway: details.paymentGateway,
    cardBrand: details.cardBrand,
    bank: details.bank,
    region: details.region,
    address: details.address,
    email: details.email,
    // Checked by the schema, like the rest.
    language: (details.language || settings.language) as Wish['language'],
    run: run?.id ?? '',
    distribution: run?.distribution ?? '',
    clock: run?.clock || settings.clock,
    key: idempotencyKey,
  };
}

/** Each state's number in the proto. */
const stateOf: Readonly<Record<State, OrderState>> = {
  processing: OrderState.ORDER_STATE_PROCESSING,
  preparing: OrderState.ORDER_STATE_PREPARING,
  shipped: OrderState.ORDER_STATE_SHIPPED,
  delivered: OrderState.ORDER_STATE_DELIVERED,
  completed: OrderState.ORDER_STATE_COMPLETED,
  cancelled: OrderState.ORDER_STATE_CANCELLED,
};

/** The first step has no state before it: its `from` is ORDER_STATE_UNSPECIFIED. */
export const transitionOf = ({ version, from, to, at, command }: Step): Transition => ({
  version,
  from: from ? stateOf[from] : OrderState.ORDER_STATE_UNSPECIFIED,
  to: stateOf[to],
  at: new Date(at),
  command,
});

/** State and version are those of the last step; without any, ORDER_STATE_UNSPECIFIED and 0. */
export function orderOf({ order, history }: Progress): Order {
  const last = history.at(-1);
  return {
    orderId: order.orderId,
    details: {
      product: order.product,
      price: order.price,
      paymentGateway: order.gateway,
      cardBrand: order.cardBrand,
      bank: order.bank,
      region: order.region,
      address: order.address,
      email: order.email,
      language: order.language,
    },
    state: last ? stateOf[last.to] : OrderState.ORDER_STATE_UNSPECIFIED,
    version: history.length,
    placedAt: new Date(order.placedAt),
    estimatedDelivery: new Date(order.estimatedAt),
    history: history.map(transitionOf),
  };
}
