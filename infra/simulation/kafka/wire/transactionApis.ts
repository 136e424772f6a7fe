/** Idempotent and transactional producers. */
import { api, forEach, throttleTime } from './api.ts';
import { bool, byTopic, int16, int32, int64, maybeText, struct, text } from './layout.ts';

const onlyError = struct({ throttleTime: int32, errorCode: int16 });
const errorOfEach = struct({
  throttleTime: int32,
  topics: byTopic(struct({ partition: int32, errorCode: int16 })),
});

const InitProducerId = api({
  key: 22,
  version: 1,
  request: struct({ transactionalId: maybeText, timeout: int32 }),
  response: struct({ throttleTime: int32, errorCode: int16, producerId: int64, epoch: int16 }),
  refuse: (_, errorCode) => ({ throttleTime, errorCode, producerId: -1, epoch: -1 }),
});

const AddPartitionsToTxn = api({
  key: 24,
  version: 1,
  request: struct({
    transactionalId: text,
    producerId: int64,
    epoch: int16,
    topics: byTopic(int32),
  }),
  response: errorOfEach,
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: forEach(topics, (partition) => ({ partition, errorCode })),
  }),
});

const AddOffsetsToTxn = api({
  key: 25,
  version: 1,
  request: struct({ transactionalId: text, producerId: int64, epoch: int16, groupId: text }),
  response: onlyError,
  refuse: (_, errorCode) => ({ throttleTime, errorCode }),
});

const EndTxn = api({
  key: 26,
  version: 1,
  request: struct({ transactionalId: text, producerId: int64, epoch: int16, commit: bool }),
  response: onlyError,
  refuse: (_, errorCode) => ({ throttleTime, errorCode }),
});

const TxnOffsetCommit = api({
  key: 28,
  version: 1,
  request: struct({
    transactionalId: text,
    groupId: text,
    producerId: int64,
    epoch: int16,
    topics: byTopic(struct({ partition: int32, offset: int64, metadata: maybeText })),
  }),
  response: errorOfEach,
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: forEach(topics, ({ partition }) => ({ partition, errorCode })),
  }),
});

export const transactionApis = {
  InitProducerId,
  AddPartitionsToTxn,
  AddOffsetsToTxn,
  EndTxn,
  TxnOffsetCommit,
} as const;
