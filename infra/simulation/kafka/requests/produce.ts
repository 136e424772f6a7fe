import { type Batch, CorruptBatch, compressions, readBatches, recordsOf, writeBatch } from '../log/batch.ts';
import { type Partition, settingOf, type Topic } from '../topics.ts';
import { forEach, throttleTime } from '../wire/api.ts';
import { errorCode } from '../wire/errors.ts';
import type { Asked, Handler } from './asked.ts';

type Written = Readonly<{ baseOffset: number; appendTime: number }>;
type Where = Readonly<{ asked: Asked; topic: Topic; partition: Partition; index: number; now: number }>;

const number = (topic: Topic, name: string): number => Number(settingOf(topic, name));

/** What is wrong with the records of a batch: the name of the error, or NONE. */
function flaw(batch: Batch, topic: Topic, now: number): string {
  if (batch.control) return 'INVALID_RECORD';
  if (batch.bytes.length > number(topic, 'max.message.bytes')) return 'MESSAGE_TOO_LARGE';
  const records = recordsOf(batch);
  const compacted = settingOf(topic, 'cleanup.policy').includes('compact');
  if (compacted && records.some(({ key }) => key === null)) return 'INVALID_RECORD';
  if (settingOf(topic, 'message.timestamp.type') === 'LogAppendTime') return 'NONE';
  const earliest = now - number(topic, 'message.timestamp.before.max.ms');
  const latest = now + number(topic, 'message.timestamp.after.max.ms');
  return records.every(({ timestamp }) => timestamp >= earliest && timestamp <= latest) ? 'NONE' : 'INVALID_TIMESTAMP';
}

/** As the topic wants it to be: with the broker's time, and compressed or not. */
function asTopicWants(batch: Batch, topic: Topic, now: number): Batch {
  const logAppendTime = settingOf(topic, 'message.timestamp.type') === 'LogAppendTime';
  const setting = settingOf(topic, 'compression.type');
  const compression =
    setting === 'producer' ? batch.compression : (compressions.find((one) => one === setting) ?? 'none');
  if (logAppendTime === batch.logAppendTime && compression === batch.compression) return batch;
  const { bytes: _, count: __, ...head } = batch;
  const maxTimestamp = logAppendTime ? now : batch.maxTimestamp;
  return writeBatch(recordsOf(batch), { ...head, compression, logAppendTime, maxTimestamp });
}

/** Whether the producer's transaction has this partition: the name of the error, or NONE. */
function strayed(batch: Batch, { asked, topic, index }: Where): string {
  if (!batch.transactional) return 'NONE';
  const transaction = asked.cluster.transactions.byProducer(batch.producerId);
  if (!transaction) return 'INVALID_PRODUCER_ID_MAPPING';
  if (batch.epoch !== transaction.epoch) return 'INVALID_PRODUCER_EPOCH';
  const open = transaction.state === 'Ongoing' && transaction.partitions.has(`${topic.name} ${index}`);
  return open ? 'NONE' : 'INVALID_TXN_STATE';
}

/** @returns the name of the error, or where it was written */
function write(batch: Batch, where: Where): Written | string {
  const { topic, partition, now } = where;
  const { log } = partition;
  const error = [flaw(batch, topic, now), strayed(batch, where)].find((one) => one !== 'NONE');
  if (error) return error;
  const judgement = log.producers.judge(batch);
  if (judgement.kind === 'refused') return judgement.error;
  if (judgement.kind === 'duplicate') return { baseOffset: judgement.baseOffset, appendTime: -1 };
  const wanted = asTopicWants(batch, topic, now);
  return { baseOffset: log.append(wanted).baseOffset, appendTime: wanted.logAppendTime ? now : -1 };
}

function writeAll(records: Buffer, acks: number, where: Where): Written | string {
  const { cluster } = where.asked;
  const inSync = where.partition.replicas.filter((id) => cluster.node(id).up).length;
  if (acks === -1 && inSync < number(where.topic, 'min.insync.replicas')) return 'NOT_ENOUGH_REPLICAS';
  try {
    const batches = readBatches(records);
    const written = batches.map((batch) => write(batch, where));
    return written[0] ?? 'INVALID_RECORD';
  } catch (error) {
    if (error instanceof CorruptBatch) return 'CORRUPT_MESSAGE';
    throw error;
  }
}

export const produce: Handler<'Produce'> = ({ acks, topics }, asked) => {
  const { cluster, node } = asked;
  const now = Date.now();
  const answers = forEach(topics, ({ partition: index, records }, name) => {
    const partition = cluster.served(node, name, index);
    const topic = cluster.topics.get(name);
    const written =
      typeof partition === 'string' || !topic
        ? String(partition)
        : [-1, 0, 1].includes(acks)
          ? writeAll(records, acks, { asked, topic, partition, index, now })
          : 'INVALID_REQUIRED_ACKS';
    const error = typeof written === 'string' ? written : 'NONE';
    const { baseOffset, appendTime } = typeof written === 'string' ? { baseOffset: -1, appendTime: -1 } : written;
    const logStartOffset = typeof partition === 'string' ? -1 : partition.log.start;
    return { partition: index, errorCode: errorCode(error), baseOffset, logAppendTime: appendTime, logStartOffset };
  });
  cluster.changed();
  return { topics: answers, throttleTime };
};
