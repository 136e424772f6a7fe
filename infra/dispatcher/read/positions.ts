/** Where reading starts: at what the group has committed, else where the mapping says. */
import type { Admin } from 'kafkajs';
import type { Mapping } from '../config/mapping.ts';

export type Position = { partition: number; offset: number; committed: boolean; finished: ReadonlySet<number> };

/** What Kafka says where a group has no offset. kafkajs itself commits −2 for "from the oldest". */
const none = -1;

export async function startingPositions(
  admin: Admin,
  mapping: Mapping,
  partitions: readonly number[],
): Promise<Position[]> {
  const { topic, consumerGroupId: groupId } = mapping;
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map((group?.partitions ?? []).map((entry) => [entry.partition, entry]));
  const fresh = partitions.filter((partition) => Number(committed.get(partition)?.offset ?? none) === none);
  const starts = fresh.length > 0 ? await requestedStarts(admin, mapping) : new Map<number, number>();
  return partitions.map((partition) => {
    const entry = committed.get(partition);
    const offset = Number(entry?.offset ?? none);
    return offset === none
      ? { partition, offset: starts.get(partition) ?? 0, committed: false, finished: new Set() }
      : { partition, offset: Math.max(offset, 0), committed: true, finished: readGaps(offset, entry?.metadata ?? '') };
  });
}

async function requestedStarts(admin: Admin, { topic, startingPosition }: Mapping): Promise<Map<number, number>> {
  if (startingPosition.at === 'AT_TIMESTAMP') {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, startingPosition.timestamp);
    return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
  }
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, Number(startingPosition.at === 'LATEST' ? high : low)]),
  );
}

/** Kafka keeps 4,096 bytes with a commit (`offset.metadata.max.bytes`). */
const metadataLimit = 4000;
const mark = 'done+';

/**
 * Writes which offsets above a watermark are done, as runs of (distance from the last run's end, length) in base 36,
 * to be kept with the commit. Runs that do not fit are left out: they are delivered twice after a crash.
 */
export function writeGaps(watermark: number, done: Iterable<number>): string {
  const runs: [start: number, end: number][] = [];
  for (const offset of done) {
    const last = runs.at(-1);
    if (last && last[1] === offset) last[1]++;
    else runs.push([offset, offset + 1]);
  }
  let text = '';
  let at = watermark;
  for (const [start, end] of runs) {
    const run = `${(start - at).toString(36)}.${(end - start).toString(36)},`;
    if (text.length + run.length > metadataLimit) break;
    text += run;
    at = end;
  }
  return text && mark + text;
}

/** The opposite of `writeGaps`; anything else is no information. */
export function readGaps(watermark: number, metadata: string): ReadonlySet<number> {
  const finished = new Set<number>();
  if (!/^done\+([0-9a-z]+\.[0-9a-z]+,)+$/.test(metadata)) return finished;
  let at = watermark;
  for (const run of metadata.slice(mark.length, -1).split(',')) {
    const [skip, length] = run.split('.').map((digits) => Number.parseInt(digits, 36)) as [number, number];
    at += skip;
    for (const end = at + length; at < end; at++) finished.add(at);
  }
  return finished;
}
