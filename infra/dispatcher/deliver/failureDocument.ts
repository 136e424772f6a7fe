/** The JSON documents that AWS writes to an on-failure destination. */
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { pack, unpack } from '../invoke/packing.ts';
import type { KafkaRecord } from '../record/record.ts';
import type { Failed } from './failure.ts';

const iso = (milliseconds: number): string => new Date(Math.max(0, milliseconds)).toISOString();

const eventOf = (records: readonly KafkaRecord[], { source }: Failed): KafkaEvent =>
  unpack(pack(records), records.length, source);

function head({ requestId, functionArn, condition, attempts, at }: Failed): Record<string, unknown> {
  const called = { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' };
  return {
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: attempts === 0 ? null : called,
    version: '1.0',
    timestamp: iso(at),
  };
}

const sourceOf = ({ source }: Failed): Record<string, unknown> => ({
  ...(source.eventSourceArn ? { eventSourceArn: source.eventSourceArn } : {}),
  bootstrapServers: source.bootstrapServers,
});

/** To a Kafka topic: one record, with the event that it would have come in. */
export function recordDocument(record: KafkaRecord, failed: Failed): string {
  const payload = eventOf([record], failed);
  return JSON.stringify({
    ...head(failed),
    KafkaBatchInfo: {
      batchSize: 1,
      ...sourceOf(failed),
      payloadSize: Buffer.byteLength(JSON.stringify(payload)),
      recordInfo: { offset: `${record.offset}`, timestamp: iso(record.timestamp) },
    },
    payload,
  });
}

/** To a queue or a topic of SNS: where the records of a batch lie. To a bucket also the event, as text. */
export function batchDocument(failed: Failed, withPayload: boolean): string {
  const payload = JSON.stringify(eventOf(failed.records, failed));
  const recordsInfo: Record<string, unknown> = {};
  for (const [partition, records] of Map.groupBy(failed.records, (record) => record.partition)) {
    const [first, last] = [records[0] as KafkaRecord, records.at(-1) as KafkaRecord];
    recordsInfo[`${partition.topic}-${partition.id}`] = {
      firstRecordOffset: `${first.offset}`,
      lastRecordOffset: `${last.offset}`,
      firstRecordTimestamp: iso(first.timestamp),
      lastRecordTimestamp: iso(last.timestamp),
    };
  }
  const batch = { batchSize: failed.records.length, ...sourceOf(failed) };
  return JSON.stringify({
    ...head(failed),
    KafkaBatchInfo: { ...batch, payloadSize: Buffer.byteLength(payload), recordsInfo },
    ...(withPayload ? { payload } : {}),
  });
}
