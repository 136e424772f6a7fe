/** Which dead letters are open: the one place that knows, for the console and for whoever deals with them. */
import { kindNames, kinds } from '../messages/message.ts';
import { topics } from '../orders/topics.ts';
import { deadTopic, settledHeader } from '../runtime/deadLetter.ts';
import { type KafkaPlace, type KeptRecord, type Range, readRanges } from '../runtime/ranges.kafka.ts';
import { asItCame } from './asItCame.ts';

/** The dead-letter topics of both systems, without the namespace: of the same name in another one are another system's. */
export const deadTopicNames: readonly string[] = [
  ...topics.filter((topic) => topic.endsWith(deadTopic(''))),
  ...kindNames.map((kind) => deadTopic(kinds[kind].topic)),
];

/**
 * The letters in these ranges for which no later record says that they were redriven or dropped, oldest first in each
 * partition, each with its record as that came (`asItCame`).
 * @throws when Kafka does not answer
 */
export async function openRecords(place: KafkaPlace, ranges: readonly Range[]): Promise<KeptRecord[]> {
  const settled = new Set<string>();
  const letters: KeptRecord[] = [];
  await readRanges(place, ranges, (record) => {
    const mark = record.headers[settledHeader];
    if (mark === undefined) letters.push(asItCame(record));
    else settled.add(`${record.topic} ${mark}`);
  });
  return letters.filter(({ topic, partition, offset }) => !settled.has(`${topic} ${partition}:${offset}`));
}
