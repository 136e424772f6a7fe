import type { Committed } from '../groups/offsets.ts';
import { forEach, throttleTime } from '../wire/api.ts';
import { apis } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import type { Handler } from './asked.ts';

export const offsetCommit: Handler<'OffsetCommit'> = (request, { cluster, node }) => {
  const { groups } = cluster;
  const { groupId, topics } = request;
  const refusal = groups.refusal(node, groupId);
  const error = refusal !== 'NONE' ? refusal : groups.mayCommit(request);
  if (error !== 'NONE') return apis.OffsetCommit.refuse(request, errorCode(error));
  groups.need(groupId);
  return {
    throttleTime,
    topics: forEach(topics, ({ partition, offset, metadata }, topic) => {
      const flaw = groups.mayStore(topic, partition, metadata);
      if (flaw === 'NONE') {
        groups.offsets(groupId).set({ topic, partition }, { offset, metadata: metadata ?? '' });
        cluster.trace.add('group', `${groupId} has committed ${topic}-${partition} ${offset}`);
      }
      return { partition, errorCode: errorCode(flaw) };
    }),
  };
};

export const offsetFetch: Handler<'OffsetFetch'> = (request, { cluster, node }) => {
  const { groups } = cluster;
  const refusal = groups.refusal(node, request.groupId);
  if (refusal !== 'NONE') return apis.OffsetFetch.refuse(request, errorCode(refusal));
  const offsets = groups.committed(request.groupId);
  const answer = (partition: number, committed: Committed | undefined) => {
    return { partition, offset: committed?.offset ?? -1, metadata: committed?.metadata ?? '', errorCode: 0 };
  };
  const all = [...offsets.topics].map(([topic, partitions]) => {
    return { topic, partitions: [...partitions].map(([partition, committed]) => answer(partition, committed)) };
  });
  const asked = request.topics;
  const topics = asked ? forEach(asked, (partition, topic) => answer(partition, offsets.get(topic, partition))) : all;
  return { throttleTime, topics, errorCode: 0 };
};
