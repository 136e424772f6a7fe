/** Writes the documents that Elasticsearch could not take when they were made. Throws, and so is retried, while it cannot. */
import { z } from 'zod';
import { type Invocation, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { readRecords } from '../runtime/readRecords.ts';
import { type CommonPorts, commonPorts } from './connect.ts';
import { indexNames } from './fields.ts';
import { pendingTopic } from './topics.ts';
import { refusedRecord } from './writeMetrics.ts';

export const documentSchema = z.strictObject({
  index: z.enum(indexNames),
  id: z.string().min(1).max(512),
  body: z.record(z.string(), z.unknown()),
});

async function index(records: readonly Incoming[], invocation: Invocation<CommonPorts>): Promise<Outcome> {
  const { ports } = invocation;
  const { good, dead } = readRecords(records, documentSchema, pendingTopic, invocation);
  const refused = await ports.documents.create(good.map(({ value }) => value));
  dead.push(...refused.map(({ document, reason }) => refusedRecord(document, reason)));
  await ports.log.publish(dead);
  const counts = { applied: records.length - dead.length, repeated: 0, ignored: 0, dead: dead.length };
  return { counts, failed: [], documents: [] };
}

export const handler = kafkaFunction('index', index, commonPorts);
