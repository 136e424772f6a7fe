/** Consumer groups. */
import { api, forEach, throttleTime } from './api.ts';
import { byTopic, bytes, int8, int16, int32, int64, list, maybeList, maybeText, struct, text } from './layout.ts';

const nobody = Buffer.alloc(0);
const onlyError = struct({ throttleTime: int32, errorCode: int16 });

const GroupCoordinator = api({
  key: 10,
  version: 2,
  /** `kind`: 0 of a group, 1 of a transactional id. */
  request: struct({ of: text, kind: int8 }),
  response: struct({
    throttleTime: int32,
    errorCode: int16,
    errorMessage: maybeText,
    nodeId: int32,
    host: text,
    port: int32,
  }),
  refuse: (_, errorCode) => ({ throttleTime, errorCode, errorMessage: null, nodeId: -1, host: '', port: -1 }),
});

const JoinGroup = api({
  key: 11,
  version: 5,
  request: struct({
    groupId: text,
    sessionTimeout: int32,
    rebalanceTimeout: int32,
    memberId: text,
    instanceId: maybeText,
    protocolType: text,
    protocols: list(struct({ name: text, metadata: bytes })),
  }),
  response: struct({
    throttleTime: int32,
    errorCode: int16,
    generationId: int32,
    protocol: text,
    leaderId: text,
    memberId: text,
    members: list(struct({ memberId: text, instanceId: maybeText, metadata: bytes })),
  }),
  refuse: ({ memberId }, errorCode) => ({
    throttleTime,
    errorCode,
    generationId: -1,
    protocol: '',
    leaderId: '',
    memberId,
    members: [],
  }),
});

const SyncGroup = api({
  key: 14,
  version: 3,
  request: struct({
    groupId: text,
    generationId: int32,
    memberId: text,
    instanceId: maybeText,
    assignments: list(struct({ memberId: text, assignment: bytes })),
  }),
  response: struct({ throttleTime: int32, errorCode: int16, assignment: bytes }),
  refuse: (_, errorCode) => ({ throttleTime, errorCode, assignment: nobody }),
});

const Heartbeat = api({
  key: 12,
  version: 3,
  request: struct({ groupId: text, generationId: int32, memberId: text, instanceId: maybeText }),
  response: onlyError,
  refuse: (_, errorCode) => ({ throttleTime, errorCode }),
});

const LeaveGroup = api({
  key: 13,
  version: 3,
  request: struct({ groupId: text, members: list(struct({ memberId: text, instanceId: maybeText })) }),
  response: struct({
    throttleTime: int32,
    errorCode: int16,
    members: list(struct({ memberId: text, instanceId: maybeText, errorCode: int16 })),
  }),
  refuse: (_, errorCode) => ({ throttleTime, errorCode, members: [] }),
});

const OffsetCommit = api({
  key: 8,
  version: 5,
  request: struct({
    groupId: text,
    generationId: int32,
    memberId: text,
    topics: byTopic(struct({ partition: int32, offset: int64, metadata: maybeText })),
  }),
  response: struct({ throttleTime: int32, topics: byTopic(struct({ partition: int32, errorCode: int16 })) }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: forEach(topics, ({ partition }) => ({ partition, errorCode })),
  }),
});

const OffsetFetch = api({
  key: 9,
  version: 4,
  /** Without topics all are meant. */
  request: struct({ groupId: text, topics: maybeList(struct({ topic: text, partitions: list(int32) })) }),
  response: struct({
    throttleTime: int32,
    topics: byTopic(struct({ partition: int32, offset: int64, metadata: maybeText, errorCode: int16 })),
    errorCode: int16,
  }),
  refuse: (_, errorCode) => ({ throttleTime, topics: [], errorCode }),
});

const member = struct({ memberId: text, clientId: text, host: text, metadata: bytes, assignment: bytes });

const DescribeGroups = api({
  key: 15,
  version: 2,
  request: struct({ groups: list(text) }),
  response: struct({
    throttleTime: int32,
    groups: list(
      struct({
        errorCode: int16,
        groupId: text,
        state: text,
        protocolType: text,
        protocol: text,
        members: list(member),
      }),
    ),
  }),
  refuse: ({ groups }, errorCode) => ({
    throttleTime,
    groups: groups.map((groupId) => ({
      errorCode,
      groupId,
      state: '',
      protocolType: '',
      protocol: '',
      members: [],
    })),
  }),
});

const ListGroups = api({
  key: 16,
  version: 2,
  request: struct({}),
  response: struct({
    throttleTime: int32,
    errorCode: int16,
    groups: list(struct({ groupId: text, protocolType: text })),
  }),
  refuse: (_, errorCode) => ({ throttleTime, errorCode, groups: [] }),
});

const DeleteGroups = api({
  key: 42,
  version: 1,
  request: struct({ groups: list(text) }),
  response: struct({ throttleTime: int32, results: list(struct({ groupId: text, errorCode: int16 })) }),
  refuse: ({ groups }, errorCode) => ({
    throttleTime,
    results: groups.map((groupId) => ({ groupId, errorCode })),
  }),
});

export const groupApis = {
  GroupCoordinator,
  JoinGroup,
  SyncGroup,
  Heartbeat,
  LeaveGroup,
  OffsetCommit,
  OffsetFetch,
  DescribeGroups,
  ListGroups,
  DeleteGroups,
} as const;
