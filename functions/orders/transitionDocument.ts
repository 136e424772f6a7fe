import { document, iso, nanoseconds } from '../metrics/document.ts';
import type { Document } from '../runtime/ports.ts';
import { states, transition } from './lifecycle.ts';
import { type Order, type Step, stepId } from './records.ts';

/** What every document tells that is about a step of an order. */
export const stepFields = (order: Order, step: Step) => ({
  'service.name': 'despacho',
  'trace.id': order.traceId,
  'despacho.run': order.run || undefined,
  'despacho.distribution': order.distribution || undefined,
  'despacho.order.id': order.orderId,
  'despacho.order.version': step.version,
  'despacho.order.command': step.command,
  'despacho.order.from': step.from ?? undefined,
  'despacho.order.to': step.to,
});

/** Real against estimated delivery, in seconds of the order's own clock; only on the step that delivers. */
function deliveryFields(order: Order, step: Step) {
  if (step.command !== 'deliver') return {};
  const seconds = (milliseconds: number) => (milliseconds * order.clock) / 1000;
  return {
    'despacho.delivery.estimated': seconds(order.estimatedAt - order.placedAt),
    'despacho.delivery.real': seconds(step.at - order.placedAt),
    'despacho.delivery.error': seconds(step.at - order.estimatedAt),
  };
}

/**
 * One transition of one order.
 * @param previousAt when the step before it happened; for the first, when the order was placed (ms)
 */
export function transitionDocument(order: Order, step: Step, previousAt: number): Document {
  const { due } = step;
  const label = step.from
    ? `${states[step.from].label.es}→${states[step.to].label.es}`
    : transition(step.command).label.es;
  return document('despacho-transitions', stepId(order.orderId, step.version), {
    '@timestamp': iso(step.at),
    'event.dataset': 'despacho-transitions',
    'event.duration': nanoseconds(step.at - previousAt),
    'event.outcome': step.command === 'setback' ? 'failure' : 'success',
    ...stepFields(order, step),
    'despacho.order.transition': label,
    'despacho.order.region': order.region,
    'despacho.order.gateway': order.gateway,
    'despacho.order.card_brand': order.cardBrand,
    'despacho.order.bank': order.bank,
    'despacho.order.product': order.product,
    'despacho.order.price': order.price,
    'despacho.timer.lateness': due && due.firedAt - due.at,
    'despacho.timer.drift': due && step.at - due.at,
    'despacho.consume.delay': step.producedAt && step.at - step.producedAt,
    ...deliveryFields(order, step),
  });
}
