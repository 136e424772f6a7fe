import type { Admin } from 'kafkajs';
import { topics } from '../../orders/topics.ts';
import { deadTopic, settledHeader } from '../../runtime/deadLetter.ts';
import { type Range, readRanges } from '../../runtime/ranges.kafka.ts';
import type { Settings } from '../../settings.ts';
import { type Message, readable } from './browse.ts';

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

/** The letters in these ranges for which no later record says that they were redriven or dropped. */
export async function openLetters(settings: Settings, ranges: readonly Range[]): Promise<DeadLetter[]> {
  const settled = new Set<string>();
  const letters: DeadLetter[] = [];
  await readRanges(settings, ranges, (record) => {
    const place = record.headers[settledHeader];
    const topic = record.topic.slice(settings.namespace.length);
    if (place === undefined) letters.push({ ...readable(record), topic });
    else settled.add(`${topic} ${place}`);
  });
  return letters.filter(({ topic, partition, offset }) => !settled.has(`${topic} ${partition}:${offset}`));
}

/** The newest open letters of every dead-letter topic, newest first. */
export async function latestDead(admin: Admin, settings: Settings): Promise<DeadLetter[]> {
  const there = new Set(await admin.listTopics());
  const dead = topics.map((topic) => settings.namespace + topic).filter((topic) => topic.endsWith(deadTopic('')));
  const ranges = await Promise.all(
    dead
      .filter((topic) => there.has(topic))
      .map(async (topic) => deadRanges(topic, await admin.fetchTopicOffsets(topic))),
  );
  const letters = await openLetters(settings, ranges.flat());
  return letters.sort((a, b) => diedAt(b) - diedAt(a)).slice(0, mostShown);
}

/** ms since 1970; the dispatcher writes milliseconds, the functions ISO 8601. */
function diedAt({ headers, timestamp }: DeadLetter): number {
  const told = headers['dead.at'] ?? '';
  return Number(told) || Date.parse(told) || timestamp;
}
