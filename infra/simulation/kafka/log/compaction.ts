import { type Batch, recordsOf, writeBatch } from './batch.ts';
import type { LogRecord } from './logRecord.ts';
import type { PartitionLog } from './partitionLog.ts';

/** @returns a choice that keeps the latest record of each key, tombstones included, and all that have no key */
export function latestOfKeys(log: PartitionLog): (record: LogRecord) => boolean {
  const latest = new Map(log.records().map(({ key, offset }) => [String(key?.toString('latin1')), offset]));
  return ({ key, offset }) => key === null || latest.get(key.toString('latin1')) === offset;
}

/**
 * Removes records from a log as the cleaner does: the others keep their offsets, and a batch of which nothing is left goes,
 * or stays without records where `emptyBatches` says so. Markers stay, and so do what no transaction has
 * decided on yet and records of old formats.
 */
export function compact(log: PartitionLog, keep: (record: LogRecord) => boolean, emptyBatches: 'stay' | 'go'): void {
  log.replace((batch) => {
    if (batch.control || batch.magic !== 2 || batch.lastOffset >= log.stable) return batch;
    const kept = recordsOf(batch).filter(keep);
    if (kept.length === batch.count) return batch;
    return kept.length === 0 && emptyBatches === 'go' ? undefined : thinned(batch, kept);
  });
}

function thinned({ bytes: _, count: __, ...head }: Batch, kept: readonly LogRecord[]): Batch {
  return writeBatch(kept, head);
}
