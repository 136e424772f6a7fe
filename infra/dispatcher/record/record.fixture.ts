/** Partitions and records as tests need them. */
import { type Clock, systemClock } from '../../clock.ts';
import { Partition } from './partition.ts';
import { noProgress, type Progress } from './place.ts';
import { type KafkaRecord, Records } from './record.ts';

export const partitionAt = (
  offset: number,
  { id = 0, clock = systemClock, progress = noProgress }: { id?: number; clock?: Clock; progress?: Progress } = {},
): Partition => new Partition(clock, 't', { partition: id, offset, known: -1, progress });

export const recordAt = (partition: Partition, offset: number, key: string | null = null): KafkaRecord =>
  new Records(partition, 0).of(offset, {
    offset: `${offset}`,
    timestamp: '0',
    attributes: 0,
    key: key === null ? null : Buffer.from(key),
    value: null,
    headers: {},
  });
