import { syncAnswer } from '../groups/answers.ts';
import { heartbeat } from '../groups/rights.ts';
import { throttleTime } from '../wire/api.ts';
import { apis } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import type { Handler } from './asked.ts';

export const findCoordinator: Handler<'GroupCoordinator'> = (request, { cluster }) => {
  const { of, kind } = request;
  if (kind !== 0 && kind !== 1) return apis.GroupCoordinator.refuse(request, errorCode('INVALID_REQUEST'));
  const { coordinators } = kind === 0 ? cluster.groups : cluster.transactions;
  const node = coordinators.find(of);
  if (!node) return apis.GroupCoordinator.refuse(request, errorCode('GROUP_COORDINATOR_NOT_AVAILABLE'));
  return { throttleTime, errorCode: 0, errorMessage: null, nodeId: node.id, host: node.host, port: node.port };
};

export const joinGroup: Handler<'JoinGroup'> = (request, { cluster, node, clientId }) => {
  const { groups, settings } = cluster;
  const { groupId, memberId, sessionTimeout } = request;
  const refuse = (error: string) => apis.JoinGroup.refuse(request, errorCode(error));
  const refusal = groups.refusal(node, groupId);
  if (refusal !== 'NONE') return refuse(refusal);
  if (sessionTimeout < settings.leastSessionTimeout || sessionTimeout > settings.mostSessionTimeout) {
    return refuse('INVALID_SESSION_TIMEOUT');
  }
  if (memberId !== '' && !groups.get(groupId)) return refuse('UNKNOWN_MEMBER_ID');
  return groups.need(groupId).join(request, clientId, () => groups.newMemberId(clientId));
};

export const syncGroup: Handler<'SyncGroup'> = (request, { cluster, node }) => {
  const { groups } = cluster;
  const refusal = groups.refusal(node, request.groupId);
  if (refusal !== 'NONE') return syncAnswer(refusal);
  return groups.get(request.groupId)?.sync(request) ?? syncAnswer('UNKNOWN_MEMBER_ID');
};

export const beat: Handler<'Heartbeat'> = ({ groupId, memberId, generationId }, { cluster, node }) => {
  const { groups } = cluster;
  const refusal = groups.refusal(node, groupId);
  const group = groups.get(groupId);
  const said = refusal !== 'NONE' ? refusal : heartbeat(group, memberId, generationId);
  return { throttleTime, errorCode: errorCode(said) };
};

export const leaveGroup: Handler<'LeaveGroup'> = (request, { cluster, node }) => {
  const { groups } = cluster;
  const refusal = groups.refusal(node, request.groupId);
  if (refusal !== 'NONE') return apis.LeaveGroup.refuse(request, errorCode(refusal));
  const group = groups.get(request.groupId);
  const members = request.members.map(({ memberId, instanceId }) => {
    return { memberId, instanceId, errorCode: errorCode(group?.remove(memberId) ?? 'UNKNOWN_MEMBER_ID') };
  });
  return { throttleTime, errorCode: 0, members };
};

export const describeGroups: Handler<'DescribeGroups'> = ({ groups: ids }, { cluster, node }) => ({
  throttleTime,
  groups: ids.map((groupId) => {
    const refusal = cluster.groups.refusal(node, groupId);
    const group = cluster.groups.get(groupId);
    const state = group?.state ?? (cluster.groups.exists(groupId) ? 'Empty' : 'Dead');
    const shown = group?.state === 'Stable' ? group.protocol : '';
    const members = (group?.members.list ?? []).map(({ id, clientId, protocols, assignment }) => ({
      memberId: id,
      clientId,
      host: '/127.0.0.1',
      metadata: protocols.find(({ name }) => name === shown)?.metadata ?? Buffer.alloc(0),
      assignment,
    }));
    const protocolType = group?.protocolType ?? '';
    return { errorCode: errorCode(refusal), groupId, state, protocolType, protocol: shown, members };
  }),
});

export const listGroups: Handler<'ListGroups'> = (_, { cluster, node }) => ({
  throttleTime,
  errorCode: 0,
  groups: cluster.groups.ids
    .filter((groupId) => cluster.groups.coordinators.find(groupId) === node)
    .map((groupId) => ({ groupId, protocolType: cluster.groups.get(groupId)?.protocolType ?? '' })),
});

export const deleteGroups: Handler<'DeleteGroups'> = ({ groups: ids }, { cluster, node }) => ({
  throttleTime,
  results: ids.map((groupId) => {
    const refusal = cluster.groups.refusal(node, groupId);
    return { groupId, errorCode: errorCode(refusal !== 'NONE' ? refusal : cluster.groups.delete(groupId)) };
  }),
});
