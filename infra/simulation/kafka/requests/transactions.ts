import type { Transaction } from '../transactions/transactions.ts';
import { forEach, throttleTime } from '../wire/api.ts';
import { apis } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import type { Asked, Handler } from './asked.ts';

type Named = Readonly<{ transactionalId: string; producerId: number; epoch: number }>;

/** The transaction, or the name of the error. */
function transactionOf({ transactionalId, producerId: id, epoch }: Named, { cluster, node }: Asked) {
  const refusal = cluster.transactions.coordinators.refusal(node, transactionalId);
  return refusal === 'NONE' ? cluster.transactions.find(transactionalId, { id, epoch }) : refusal;
}

export const initProducerId: Handler<'InitProducerId'> = (request, { cluster, node }) => {
  const { transactionalId, timeout } = request;
  const { transactions } = cluster;
  const refuse = (error: string) => apis.InitProducerId.refuse(request, errorCode(error));
  if (transactionalId === null) {
    return { throttleTime, errorCode: 0, producerId: transactions.newProducerId(), epoch: 0 };
  }
  if (transactionalId === '') return refuse('INVALID_REQUEST');
  const refusal = transactions.coordinators.refusal(node, transactionalId);
  const begun = refusal === 'NONE' ? transactions.begin(transactionalId, timeout) : refusal;
  if (typeof begun === 'string') return refuse(begun);
  return { throttleTime, errorCode: 0, producerId: begun.id, epoch: begun.epoch };
};

function addPartition(transaction: Transaction, topic: string, partition: number): void {
  transaction.partitions.set(`${topic} ${partition}`, { topic, partition });
}

export const addPartitionsToTxn: Handler<'AddPartitionsToTxn'> = (request, asked) => {
  const transaction = transactionOf(request, asked);
  if (typeof transaction === 'string') return apis.AddPartitionsToTxn.refuse(request, errorCode(transaction));
  const isKnown = (topic: string, partition: number) => asked.cluster.partition(topic, partition) !== undefined;
  const allKnown = request.topics.every(({ topic, partitions }) => partitions.every((one) => isKnown(topic, one)));
  if (allKnown) asked.cluster.transactions.open(transaction);
  return {
    throttleTime,
    topics: forEach(request.topics, (partition, topic) => {
      const error = allKnown
        ? 'NONE'
        : isKnown(topic, partition)
          ? 'OPERATION_NOT_ATTEMPTED'
          : 'UNKNOWN_TOPIC_OR_PARTITION';
      if (allKnown) addPartition(transaction, topic, partition);
      return { partition, errorCode: errorCode(error) };
    }),
  };
};

export const addOffsetsToTxn: Handler<'AddOffsetsToTxn'> = (request, asked) => {
  const transaction = transactionOf(request, asked);
  if (typeof transaction === 'string') return apis.AddOffsetsToTxn.refuse(request, errorCode(transaction));
  asked.cluster.transactions.open(transaction);
  transaction.groups.add(request.groupId);
  return { throttleTime, errorCode: 0 };
};

export const endTxn: Handler<'EndTxn'> = (request, asked) => {
  const transaction = transactionOf(request, asked);
  const said =
    typeof transaction === 'string' ? transaction : asked.cluster.transactions.end(transaction, request.commit);
  return { throttleTime, errorCode: errorCode(said) };
};

export const txnOffsetCommit: Handler<'TxnOffsetCommit'> = (request, { cluster, node }) => {
  const { groupId, producerId, topics } = request;
  const { groups } = cluster;
  const refusal = groups.refusal(node, groupId);
  if (refusal !== 'NONE') return apis.TxnOffsetCommit.refuse(request, errorCode(refusal));
  return {
    throttleTime,
    topics: forEach(topics, ({ partition, offset, metadata }, topic) => {
      const flaw = groups.mayStore(topic, partition, metadata);
      if (flaw === 'NONE') {
        groups.offsets(groupId).propose(producerId, { topic, partition, offset, metadata: metadata ?? '' });
      }
      return { partition, errorCode: errorCode(flaw) };
    }),
  };
};
