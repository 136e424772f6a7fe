import type { Admin } from 'kafkajs';
import { deadTopic, topics } from '../../orders/topics.ts';
import { type Range, readRanges } from '../../runtime/ranges.kafka.ts';
import type { Settings } from '../../runtime/settings.ts';
import { type Message, readable } from './browse.ts';

/** Dead letters of each partition that are shown. */
const mostEach = 50;

/** A dead letter, where it lies (`topic` without the namespace). */
export type DeadLetter = Message & Readonly<{ topic: string }>;

/** The newest records of every dead-letter topic, newest first. */
export async function latestDead(admin: Admin, settings: Settings): Promise<DeadLetter[]> {
  const there = new Set(await admin.listTopics());
  const dead = topics.map((topic) => settings.namespace + topic).filter((topic) => topic.endsWith(deadTopic('')));
  const ranges = await Promise.all(
    dead
      .filter((topic) => there.has(topic))
      .map(
        async (topic): Promise<Range[]> =>
          (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => {
            return { topic, partition, from: Math.max(Number(low), Number(high) - mostEach), to: Number(high) };
          }),
      ),
  );
  const found: DeadLetter[] = [];
  await readRanges(settings, ranges.flat(), (record) => {
    found.push({ ...readable(record), topic: record.topic.slice(settings.namespace.length) });
  });
  const at = ({ headers, timestamp }: DeadLetter): number => {
    const told = headers['dead.at'] ?? '';
    // The dispatcher writes milliseconds, the functions ISO 8601.
    return Number(told) || Date.parse(told) || timestamp;
  };
  return found.sort((a, b) => at(b) - at(a));
}
