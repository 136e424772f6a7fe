/** The cluster, its topics and its settings. */
import { api, throttleTime } from './api.ts';
import { bool, int8, int16, int32, list, maybeList, maybeText, struct, text } from './layout.ts';

const ApiVersions = api({
  key: 18,
  version: 2,
  request: struct({}),
  response: struct({
    errorCode: int16,
    apis: list(struct({ key: int16, least: int16, most: int16 })),
    throttleTime: int32,
  }),
  refuse: (_, errorCode) => ({ errorCode, apis: [], throttleTime }),
});

const partitionMetadata = struct({
  errorCode: int16,
  partition: int32,
  leader: int32,
  replicas: list(int32),
  inSync: list(int32),
  offline: list(int32),
});

const Metadata = api({
  key: 3,
  version: 6,
  /** Without topics all are meant. */
  request: struct({ topics: maybeList(text), mayCreate: bool }),
  response: struct({
    throttleTime: int32,
    brokers: list(struct({ nodeId: int32, host: text, port: int32, rack: maybeText })),
    clusterId: text,
    controllerId: int32,
    topics: list(struct({ errorCode: int16, topic: text, internal: bool, partitions: list(partitionMetadata) })),
  }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    brokers: [],
    clusterId: '',
    controllerId: -1,
    topics: (topics ?? []).map((topic) => ({ errorCode, topic, internal: false, partitions: [] })),
  }),
});

const topicErrors = list(struct({ topic: text, errorCode: int16, errorMessage: maybeText }));

const CreateTopics = api({
  key: 19,
  version: 3,
  request: struct({
    topics: list(
      struct({
        topic: text,
        partitions: int32,
        replicationFactor: int16,
        assignments: list(struct({ partition: int32, replicas: list(int32) })),
        config: list(struct({ name: text, value: maybeText })),
      }),
    ),
    timeout: int32,
    validateOnly: bool,
  }),
  response: struct({ throttleTime: int32, topics: topicErrors }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: topics.map(({ topic }) => ({ topic, errorCode, errorMessage: null })),
  }),
});

const DeleteTopics = api({
  key: 20,
  version: 1,
  request: struct({ topics: list(text), timeout: int32 }),
  response: struct({ throttleTime: int32, topics: list(struct({ topic: text, errorCode: int16 })) }),
  refuse: ({ topics }, errorCode) => ({ throttleTime, topics: topics.map((topic) => ({ topic, errorCode })) }),
});

const CreatePartitions = api({
  key: 37,
  version: 1,
  request: struct({
    topics: list(struct({ topic: text, count: int32, assignments: maybeList(list(int32)) })),
    timeout: int32,
    validateOnly: bool,
  }),
  response: struct({ throttleTime: int32, topics: topicErrors }),
  refuse: ({ topics }, errorCode) => ({
    throttleTime,
    topics: topics.map(({ topic }) => ({ topic, errorCode, errorMessage: null })),
  }),
});

const resource = { kind: int8, name: text };
const configEntry = struct({
  name: text,
  value: maybeText,
  readOnly: bool,
  source: int8,
  sensitive: bool,
  synonyms: list(struct({ name: text, value: maybeText, source: int8 })),
});

const DescribeConfigs = api({
  key: 32,
  version: 2,
  /** Without names all are meant. */
  request: struct({ resources: list(struct({ ...resource, names: maybeList(text) })), synonyms: bool }),
  response: struct({
    throttleTime: int32,
    resources: list(struct({ errorCode: int16, errorMessage: maybeText, ...resource, entries: list(configEntry) })),
  }),
  refuse: ({ resources }, errorCode) => ({
    throttleTime,
    resources: resources.map(({ kind, name }) => ({ errorCode, errorMessage: null, kind, name, entries: [] })),
  }),
});

const AlterConfigs = api({
  key: 33,
  version: 1,
  request: struct({
    resources: list(struct({ ...resource, entries: list(struct({ name: text, value: maybeText })) })),
    validateOnly: bool,
  }),
  response: struct({
    throttleTime: int32,
    resources: list(struct({ errorCode: int16, errorMessage: maybeText, ...resource })),
  }),
  refuse: ({ resources }, errorCode) => ({
    throttleTime,
    resources: resources.map(({ kind, name }) => ({ errorCode, errorMessage: null, kind, name })),
  }),
});

export const adminApis = {
  ApiVersions,
  Metadata,
  CreateTopics,
  DeleteTopics,
  CreatePartitions,
  DescribeConfigs,
  AlterConfigs,
} as const;
