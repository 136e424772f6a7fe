/** What a function's on-failure destination got, whichever it is. */
import { z } from 'zod';
import type { SimulatedKafka } from '../../simulation/kafka/simulatedKafka.ts';
import type { Destination, Mapping } from '../config/eventSourceMapping.ts';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { recordsOf, textOf } from './calls.ts';
import type { DeadLetter } from './interface.ts';

const documentSchema = z.object({
  requestContext: z.object({ condition: z.string() }),
  KafkaBatchInfo: z.object({
    recordsInfo: z
      .record(z.string(), z.object({ firstRecordOffset: z.coerce.number(), lastRecordOffset: z.coerce.number() }))
      .optional(),
  }),
});

/** Those in a topic, in the order in which it has them. */
export function lettersIn(kafka: SimulatedKafka, topic: string, format: Mapping['onFailureFormat']): DeadLetter[] {
  const all = Array.from({ length: kafka.partitions(topic) }, (_, id) => kafka.records.readCommitted(topic, id)).flat();
  return all.map((record): DeadLetter => {
    const headers = Object.fromEntries(record.headers.map(([name, value]) => [name, `${value}`]));
    const own = { destination: `kafka://${topic}`, key: record.key && `${record.key}`, headers };
    const value = record.value && `${record.value}`;
    if (format === 'raw') return { ...own, condition: headers['dead.condition'] ?? '', values: [value] };
    const document: { payload: KafkaEvent } = JSON.parse(`${value}`);
    return { ...own, ...conditionOf(document), values: recordsOf(document.payload).map(textOf), document };
  });
}

/** One that a queue, a topic of SNS or a bucket would get: it says where the records lie. */
export function letterFor(kafka: SimulatedKafka, onFailure: Destination | undefined, line: string): DeadLetter {
  const document: unknown = JSON.parse(line);
  const { KafkaBatchInfo } = documentSchema.parse(document);
  const values = Object.entries(KafkaBatchInfo.recordsInfo ?? {}).flatMap(([place, info]) => {
    const at = place.lastIndexOf('-');
    return kafka.records
      .read(place.slice(0, at), Number(place.slice(at + 1)))
      .filter(({ offset }) => offset >= info.firstRecordOffset && offset <= info.lastRecordOffset)
      .map(({ value }) => value && `${value}`);
  });
  const destination =
    onFailure?.kind === 'intrinsic' ? onFailure.text : onFailure && 'arn' in onFailure ? onFailure.arn : '';
  return { destination, ...conditionOf(document), values, document, key: null, headers: {} };
}

const conditionOf = (document: unknown) => ({ condition: documentSchema.parse(document).requestContext.condition });
