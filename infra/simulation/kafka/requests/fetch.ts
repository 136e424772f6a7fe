import { at } from '../../../at.ts';
import type { PartitionLog } from '../log/partitionLog.ts';
import { forEach, throttleTime } from '../wire/api.ts';
import type { Request } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import { notFetched } from '../wire/recordApis.ts';
import type { Asked, Handler } from './asked.ts';

type Wanted = Request<'Fetch'>['topics'][number]['partitions'][number];

/** What one request may read, and what of it is left for its other partitions; `any`: a partition has given records. */
type Reading = { readonly committedOnly: boolean; bytes: number; any: boolean };

/** Batches from the offset on, as many as the bytes hold; the last one may be cut off, since a broker counts bytes. */
function readBytes(log: PartitionLog, { fetchOffset, maxBytes }: Wanted, before: number, left: Reading): Buffer {
  const room = Math.min(maxBytes, left.bytes);
  const found: Buffer[] = [];
  let size = 0;
  for (let index = log.indexOf(fetchOffset); index < log.batches.length && size < room; index++) {
    const { bytes, baseOffset } = at(log.batches, index);
    if (baseOffset >= before) break;
    const cut = bytes.length > room - size;
    if (cut && found.length === 0 && left.any) break;
    found.push(cut && found.length > 0 ? bytes.subarray(0, room - size) : bytes);
    size += bytes.length;
  }
  return Buffer.concat(found);
}

function fetchPartition(wanted: Wanted, topic: string, left: Reading, asked: Asked) {
  const { partition, fetchOffset, currentLeaderEpoch } = wanted;
  const served = asked.cluster.served(asked.node, topic, partition);
  if (typeof served === 'string') return notFetched(partition, errorCode(served));
  const { log, leaderEpoch } = served;
  if (currentLeaderEpoch >= 0 && currentLeaderEpoch !== leaderEpoch) {
    const error = currentLeaderEpoch < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH';
    return notFetched(partition, errorCode(error));
  }
  if (fetchOffset < log.start || fetchOffset > log.end) {
    return notFetched(partition, errorCode('OFFSET_OUT_OF_RANGE'));
  }
  const before = left.committedOnly ? log.stable : log.end;
  const records = readBytes(log, wanted, before, left);
  left.bytes = Math.max(0, left.bytes - records.length);
  left.any ||= records.length > 0;
  const reads = Math.max(fetchOffset + 1, before);
  return {
    partition,
    errorCode: 0,
    highWatermark: log.end,
    lastStableOffset: log.stable,
    logStartOffset: log.start,
    aborted: left.committedOnly ? log.abortedBetween(fetchOffset, reads) : null,
    preferredReadReplica: -1,
    records,
  };
}

/** What there is now. */
function fetchAll({ topics, maxBytes, isolationLevel }: Request<'Fetch'>, asked: Asked) {
  const left = { committedOnly: isolationLevel === 1, bytes: maxBytes, any: false };
  return forEach(topics, (wanted, topic) => fetchPartition(wanted, topic, left, asked));
}

/** Waits until there is something to say: enough bytes, an error, or the time is over. */
export const fetch: Handler<'Fetch'> = async (request, asked) => {
  let answer = fetchAll(request, asked);
  const isEnough = () => {
    answer = fetchAll(request, asked);
    const all = answer.flatMap(({ partitions }) => partitions);
    const bytes = all.reduce((sum, { records }) => sum + records.length, 0);
    return bytes >= request.minBytes || all.some((one) => one.errorCode !== 0);
  };
  await asked.cluster.waitFor(isEnough, request.maxWaitTime);
  answer = fetchAll(request, asked);
  return { throttleTime, errorCode: 0, sessionId: 0, topics: answer };
};
