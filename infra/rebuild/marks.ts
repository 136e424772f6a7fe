import { documentSchema } from '../../functions/metrics/document.ts';
import type { Sent, StepName } from '../../functions/notifications/ports.ts';
import type { TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { readJson } from '../json.ts';
import { readDocuments } from './readDocuments.ts';
import type { Strange } from './strange.ts';

type Mailed = StepName & Readonly<{ at: number }>;

const chunkSize = 500;

/**
 * The step whose e-mail went out, and when (ms since 1970). Only the document of an e-mail says that it did: that its event was
 * dealt with can mean that it was given up.
 * @returns null for a document about something else, undefined for what is no document
 */
export function mailedIn(value: string): Mailed | null | undefined {
  const { data } = documentSchema.safeParse(readJson(value));
  if (!data) return undefined;
  if (data.index !== 'despacho-emails' || data.body['event.outcome'] !== 'success') return null;
  const end = data.id.lastIndexOf('-');
  return {
    orderId: data.id.slice(0, end),
    version: Number(data.id.slice(end + 1)),
    at: Date.parse(String(data.body['@timestamp'])),
  };
}

/** Restores the marks of sent e-mails where Redis has their orders: some at a time, however long the log is. */
export async function restoreMarks(settings: Settings, sent: Sent, strange: Strange): Promise<void> {
  const mailed = (record: TopicRecord): Mailed | undefined => {
    const found = mailedIn(record.value);
    if (found === undefined) strange.note(record);
    return found ?? undefined;
  };
  await readDocuments(settings, chunkSize, mailed, async (steps) => {
    const marks = await sent.check(steps);
    await Promise.all(steps.flatMap((step, index) => (marks[index] === undefined ? [sent.mark(step, step.at)] : [])));
  });
}
