/** What lies in Kafka. */
import fc from 'fast-check';
import { masked } from '../../../functions/masked.ts';
import { kinds } from '../../../functions/messages/message.ts';
import { eventSchema, orderSchema, timedCallSchema } from '../../../functions/orders/records.ts';
import { readEvent } from '../../../functions/runtime/readEvent.ts';
import { InvalidRecord, readValue } from '../../../functions/runtime/readRecords.ts';
import { redact } from '../../../infra/redact.ts';
import { almost, bytes, damaged, json, text } from '../inputs.ts';
import { target } from '../target.ts';

const schemas = [orderSchema, eventSchema, timedCallSchema, ...Object.values(kinds).map(({ schema }) => schema)];
const order = JSON.stringify({ orderId: 'x', product: 'Mate', price: 1, email: 'ana@example.com', placedAt: 1 });
export const records = [
  target(
    'Kafka records',
    fc.oneof(
      bytes,
      damaged(fc.constant(Buffer.from(order))),
      json.map((value) => Buffer.from(JSON.stringify(value))),
    ),
    (value) => {
      const record = { topic: 't', partition: 0, offset: 0, timestamp: 0, key: value, value };
      for (const schema of schemas) {
        try {
          readValue(record, schema as typeof orderSchema);
        } catch (error) {
          if (!(error instanceof InvalidRecord)) throw error;
        }
      }
    },
  ),
  target(
    "Lambda's Kafka events",
    almost({ records: [{ 't-0': [{ topic: 't', partition: 0, offset: 0, timestamp: 0, value: 'e30=' }] }] }),
    readEvent,
    (error) => error instanceof Error && error.message.startsWith("This is no event of Lambda's Kafka trigger"),
  ),
  target('what is masked and redacted', fc.oneof(json, text), (told) => [masked(told), redact(JSON.stringify(told))]),
];
