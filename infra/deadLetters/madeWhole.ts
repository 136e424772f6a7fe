import type { Admin } from 'kafkajs';
import { type KafkaPlace, type KeptRecord, readRanges } from '../../functions/runtime/ranges.kafka.ts';
import { isProvenance, type Letter, sourceOf } from './letters.ts';

/**
 * A letter for which its record was too large has lost something of it: the log has the record, unless it was removed there
 * or the topic made anew, when another one stands in its place.
 * @returns the letters with their whole records, and those that are not to be sent: what they lost is nowhere
 */
export async function madeWhole(
  place: KafkaPlace,
  admin: Admin,
  letters: readonly Letter[],
): Promise<{ whole: Letter[]; less: Letter[] }> {
  const records = new Map<Letter, KeptRecord>();
  const lacking = letters.filter(({ provenance }) => provenance.lost);
  for (const [topic, some] of Map.groupBy(lacking, sourceOf))
    for (const [letter, record] of await find(place, admin, topic, some)) records.set(letter, record);
  const whole: Letter[] = [];
  const less: Letter[] = [];
  for (const letter of letters) {
    const record = records.get(letter);
    if (record) whole.push({ ...letter, ...ownOf(letter, record) });
    else if (letter.provenance.lost?.includes('value')) less.push(letter);
    else whole.push(letter);
  }
  return { whole, less };
}

const ownOf = (letter: Letter, { key, value, headers }: KeptRecord): Pick<Letter, 'key' | 'value' | 'headers'> => {
  const told = Object.entries(letter.headers).filter(([name]) => isProvenance(name));
  return { key, value, headers: { ...headers, ...Object.fromEntries(told) } };
};

/** The records that the log has, each for its letter. @param topic as in Kafka */
async function find(
  place: KafkaPlace,
  admin: Admin,
  topic: string,
  letters: readonly Letter[],
): Promise<Map<Letter, KeptRecord>> {
  const records = new Map<Letter, KeptRecord>();
  const bounds = new Map((await admin.fetchTopicOffsets(topic)).map((one) => [one.partition, one]));
  const wanted = Map.groupBy(letters, ({ provenance }) => `${provenance.partition}:${provenance.offset}`);
  const ranges = [...wanted.values()].flatMap(([first]) => {
    const [partition, from] = [Number(first?.provenance.partition), Number(first?.provenance.offset)];
    const { low = 0, high = 0 } = bounds.get(partition) ?? {};
    return from >= Number(low) && from < Number(high) ? [{ topic, partition, from, to: from + 1 }] : [];
  });
  await readRanges(place, ranges, (record) => {
    for (const letter of wanted.get(`${record.partition}:${record.offset}`) ?? [])
      if (String(record.timestamp) === letter.provenance.timestamp) records.set(letter, record);
  });
  return records;
}
