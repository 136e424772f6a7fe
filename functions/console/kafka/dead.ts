import type { Admin } from 'kafkajs';
import { deadTopicNames, openRecords } from '../../deadLetters/letters.kafka.ts';
import type { Range } from '../../runtime/ranges.kafka.ts';
import type { Settings } from '../../settings.ts';
import { readable } from './browse.ts';
import type { Message } from './page.ts';

/** Records of each partition of a dead-letter topic that are looked through: the newest. */
const mostRead = 2000;
const mostShown = 200;

/** A dead letter that nobody has dealt with, where it lies (`topic` without the namespace). */
export type DeadLetter = Message & Readonly<{ topic: string }>;

type Bounds = readonly { partition: number; low: string; high: string }[];

/** What of this part of a dead-letter topic is looked through. @param topic as in Kafka */
export const deadRanges = (topic: string, bounds: Bounds): Range[] =>
  bounds.map(({ partition, low, high }) => {
    return { topic, partition, from: Math.max(Number(low), Number(high) - mostRead), to: Number(high) };
  });

/** The newest open letters of every dead-letter topic, newest first. */
export async function latestDead(admin: Admin, settings: Settings): Promise<DeadLetter[]> {
  const { namespace } = settings;
  const there = new Set(await admin.listTopics());
  const dead = deadTopicNames.map((topic) => namespace + topic).filter((topic) => there.has(topic));
  const ranges = await Promise.all(dead.map(async (topic) => deadRanges(topic, await admin.fetchTopicOffsets(topic))));
  const letters = (await openRecords(settings, ranges.flat())).map((record) => {
    return { ...readable(record), topic: record.topic.slice(namespace.length) };
  });
  return letters.sort((a, b) => diedAt(b) - diedAt(a)).slice(0, mostShown);
}

/** ms since 1970. */
const diedAt = ({ headers, timestamp }: DeadLetter): number => Date.parse(headers['dead.at'] ?? '') || timestamp;
