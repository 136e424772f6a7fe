import type { PartitionLog } from '../log/partitionLog.ts';
import { settingOf } from '../topics.ts';
import { forEach, throttleTime } from '../wire/api.ts';
import { errorCode } from '../wire/errors.ts';
import type { Handler } from './asked.ts';

const latest = -1;
const earliest = -2;
const none = { timestamp: -1, offset: -1 };

function find(log: PartitionLog, timestamp: number, committedOnly: boolean) {
  if (timestamp === earliest) return { timestamp: -1, offset: log.start };
  const end = committedOnly ? log.stable : log.end;
  if (timestamp === latest) return { timestamp: -1, offset: end };
  const found = log.findTime(timestamp);
  return found && found.offset < end ? { timestamp: found.timestamp, offset: found.offset } : none;
}

export const listOffsets: Handler<'ListOffsets'> = ({ topics, isolationLevel }, { cluster, node }) => ({
  throttleTime,
  topics: forEach(topics, ({ partition, timestamp }, topic) => {
    const served = cluster.served(node, topic, partition);
    if (typeof served === 'string') return { partition, errorCode: errorCode(served), ...none };
    return { partition, errorCode: 0, ...find(served.log, timestamp, isolationLevel === 1) };
  }),
});

export const deleteRecords: Handler<'DeleteRecords'> = ({ topics }, { cluster, node }) => ({
  throttleTime,
  topics: forEach(topics, ({ partition, offset }, name) => {
    const served = cluster.served(node, name, partition);
    const topic = cluster.topics.get(name);
    const refused = (error: string) => ({ partition, lowWatermark: -1, errorCode: errorCode(error) });
    if (typeof served === 'string' || !topic) return refused(String(served));
    if (settingOf(topic, 'cleanup.policy') === 'compact') return refused('POLICY_VIOLATION');
    const { log } = served;
    if (offset > log.end || offset < -1) return refused('OFFSET_OUT_OF_RANGE');
    log.deleteBefore(offset === -1 ? log.end : offset);
    return { partition, lowWatermark: log.start, errorCode: 0 };
  }),
});
