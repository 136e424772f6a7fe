/** The metric documents, made from what happened. The same step always gives the same id. */
import { states, transition } from '../orders/lifecycle.ts';
import { type Order, type Step, stepId } from '../orders/records.ts';
import type { Document } from '../runtime/ports.ts';
import type { Body, Index } from './fields.ts';

const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A document as the port takes it; fields without a value are left out. */
export function document<I extends Index>(index: I, id: string, body: Body<I>): Document {
  return { index, id, body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) };
}

const stepFields = (order: Order, step: Step) => ({
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

/** One e-mail that the mail server took at `sentAt` (ms). */
export function emailDocument(order: Order, step: Step, sentAt: number): Document {
  return document('despacho-emails', stepId(order.orderId, step.version), {
    '@timestamp': iso(sentAt),
    'event.dataset': 'despacho-emails',
    'event.outcome': 'success',
    ...stepFields(order, step),
    'despacho.email.delay': sentAt - step.at,
    'despacho.email.language': order.language,
  });
}

/** How many records waited for a function at `at` (ms). Topic and group are without the namespace. */
export function lagDocument(lag: Readonly<{ topic: string; group: string; records: number }>, at: number): Document {
  return document('despacho-lag', `${lag.group}-${lag.topic}-${at}`, {
    '@timestamp': iso(at),
    'event.dataset': 'despacho-lag',
    'service.name': 'despacho',
    // Each function reads as the group of its own name.
    'faas.name': lag.group,
    'messaging.destination.name': lag.topic,
    'messaging.consumer.group.name': lag.group,
    'despacho.kafka.lag': lag.records,
  });
}
