import type { Call, Order } from '../../functions/orders/records.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import type { LogRecord } from '../../functions/runtime/ports.ts';

/** The record that starts an order. */
export const placed = (order: Order): LogRecord => ({
  topic: commandTopic('process'),
  key: order.orderId,
  value: Buffer.from(JSON.stringify(order)),
});

/** The record that asks for an order's cancellation. */
export function cancellation(orderId: string): LogRecord {
  const call: Call = { orderId };
  return { topic: commandTopic('cancel'), key: orderId, value: Buffer.from(JSON.stringify(call)) };
}
