/** Reads the dead letters that are open, with where each came from. */
import type { Admin, IHeaders } from 'kafkajs';
import { deadTopicNames, openRecords } from '../../functions/deadLetters/letters.kafka.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import type { KafkaPlace } from '../../functions/runtime/ranges.kafka.ts';
import { Mistake } from '../faults.ts';

/** A record in a dead-letter topic that nobody has dealt with yet: the record as it came, where the letter holds it. */
export type Letter = {
  deadTopic: string;
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: IHeaders;
  /** Its `dead.` headers, without the prefix. */
  provenance: Record<string, string>;
};

const prefix = 'dead.';

/** Where a letter goes back to: the topic whose dead letters lie there, whatever the letter says of itself. */
export const sourceOf = (letter: Pick<Letter, 'deadTopic'>): string => letter.deadTopic.slice(0, -deadTopic('').length);

/** Whether a header tells of a letter's death; any other is of the record that it was. */
export const isProvenance = (name: string): boolean => name.startsWith(prefix);

/**
 * The dead-letter topics of the namespace that are there; of one source topic (or dead-letter topic), if it is named.
 * @throws Mistake where there is none of it
 */
export async function deadTopics(admin: Admin, namespace: string, topic?: string): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  const all = deadTopicNames.map((name) => namespace + name).filter((name) => there.has(name));
  if (topic === undefined) return all.sort();
  const name = [`${namespace}${topic}`, `${namespace}${deadTopic(topic)}`].find((one) => all.includes(one));
  if (name) return [name];
  throw new Mistake(
    'flag',
    `--topic: there is no dead-letter topic of "${topic}"; there is ${all.join(', ') || 'none at all'}`,
  );
}

const texts = (headers: IHeaders): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String([value].flat()[0] ?? '')]);

/** Every letter of the topic that is still to be dealt with, oldest first in each partition. */
export async function openLetters(place: KafkaPlace, admin: Admin, deadTopic: string): Promise<Letter[]> {
  const ranges = (await admin.fetchTopicOffsets(deadTopic)).map(({ partition, low, high }) => {
    return { topic: deadTopic, partition, from: Number(low), to: Number(high) };
  });
  return (await openRecords(place, ranges)).map(({ partition, offset, key, value, headers }) => {
    const own = texts(headers).filter(([name]) => isProvenance(name));
    const provenance = Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text]));
    return { deadTopic, partition, offset, key, value, headers, provenance };
  });
}
