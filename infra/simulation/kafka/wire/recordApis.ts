/** Writing, reading and finding records. */
import { api, forEach, throttleTime } from './api.ts';
import { byTopic, bytes, int8, int16, int32, int64, maybeList, maybeText, struct, text } from './layout.ts';

const nowhere = -1;

const produced = struct({
  partition: int32,
  errorCode: int16,
  baseOffset: int64,
  logAppendTime: int64,
  logStartOffset: int64,
});

export const Produce = api({
  key: 0,
  version: 7,
  request: struct({
    transactionalId: maybeText,
    acks: int16,
    timeout: int32,
    topics: byTopic(struct({ partition: int32, records: bytes })),
  }),
  response: struct({ topics: byTopic(produced), throttleTime: int32 }),
  refuse: ({ topics }, errorCode) => ({
    topics: forEach(topics, ({ partition }) => ({
      partition,
      errorCode,
      baseOffset: nowhere,
      logAppendTime: nowhere,
      logStartOffset: nowhere,
    })),
    throttleTime,
  }),
});

const fetched = struct({
  partition: int32,
  errorCode: int16,
  highWatermark: int64,
  lastStableOffset: int64,
  logStartOffset: int64,
  aborted: maybeList(struct({ producerId: int64, firstOffset: int64 })),
  preferredReadReplica: int32,
  records: bytes,
});

export const notFetched = (partition: number, errorCode: number) => ({
  partition,
  errorCode,
  highWatermark: nowhere,
  lastStableOffset: nowhere,
  logStartOffset: nowhere,
  aborted: [],
  preferredReadReplica: -1,
  records: Buffer.alloc(0),
});

export const Fetch = api({
  key: 1,
  version: 11,
  request: struct({
    replicaId: int32,
    maxWaitTime: int32,
    minBytes: int32,
    maxBytes: int32,
    isolationLevel: int8,
    sessionId: int32,
    sessionEpoch: int32,
    topics: byTopic(
      struct({
        partition: int32,
        currentLeaderEpoch: int32,
        fetchOffset: int64,
        logStartOffset: int64,
        maxBytes: int32,
      }),
    ),
    forgotten: byTopic(int32),
    rack: text,
  }),
  response: struct({ throttleTime: int32, errorCode: int16, sessionId: int32, topics: byTopic(fetched) }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    errorCode: 0,
    sessionId: 0,
    topics: forEach(topics, ({ partition }) => notFetched(partition, errorCode)),
  }),
});

export const ListOffsets = api({
  key: 2,
  version: 3,
  request: struct({
    replicaId: int32,
    isolationLevel: int8,
    topics: byTopic(struct({ partition: int32, timestamp: int64 })),
  }),
  response: struct({
    throttleTime: int32,
    topics: byTopic(struct({ partition: int32, errorCode: int16, timestamp: int64, offset: int64 })),
  }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: forEach(topics, ({ partition }) => ({ partition, errorCode, timestamp: nowhere, offset: nowhere })),
  }),
});

export const DeleteRecords = api({
  key: 21,
  version: 1,
  request: struct({ topics: byTopic(struct({ partition: int32, offset: int64 })), timeout: int32 }),
  response: struct({
    throttleTime: int32,
    topics: byTopic(struct({ partition: int32, lowWatermark: int64, errorCode: int16 })),
  }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: forEach(topics, ({ partition }) => ({ partition, lowWatermark: nowhere, errorCode })),
  }),
});
