import { document, iso } from '../metrics/document.ts';
import { type Order, type Step, stepId } from '../orders/records.ts';
import { stepFields } from '../orders/transitionDocument.ts';
import type { Document } from '../runtime/ports.ts';

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
