/** What a broker does for each kind of request. */
import { throttleTime } from '../wire/api.ts';
import { type ApiName, apis } from '../wire/apis.ts';
import { createPartitions, createTopics, deleteTopics, metadata } from './admin.ts';
import type { Handler } from './asked.ts';
import { offsetCommit, offsetFetch } from './commits.ts';
import { alterConfigs, describeConfigs } from './configs.ts';
import { fetch } from './fetch.ts';
import {
  beat,
  deleteGroups,
  describeGroups,
  findCoordinator,
  joinGroup,
  leaveGroup,
  listGroups,
  syncGroup,
} from './groups.ts';
import { deleteRecords, listOffsets } from './offsets.ts';
import { produce } from './produce.ts';
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, initProducerId, txnOffsetCommit } from './transactions.ts';

/** Every broker knows these of logins; nobody logs in here. kafkajs makes an error of each connection without them. */
const logins = [17, 36].map((key) => ({ key, version: 1 }));
const spoken = [...Object.values(apis), ...logins].map(({ key, version }) => ({ key, least: version, most: version }));

const apiVersions: Handler<'ApiVersions'> = () => ({ errorCode: 0, apis: spoken, throttleTime });

export const handlers: { readonly [N in ApiName]: Handler<N> } = {
  ApiVersions: apiVersions,
  Metadata: metadata,
  Produce: produce,
  Fetch: fetch,
  ListOffsets: listOffsets,
  DeleteRecords: deleteRecords,
  GroupCoordinator: findCoordinator,
  JoinGroup: joinGroup,
  SyncGroup: syncGroup,
  Heartbeat: beat,
  LeaveGroup: leaveGroup,
  OffsetCommit: offsetCommit,
  OffsetFetch: offsetFetch,
  DescribeGroups: describeGroups,
  ListGroups: listGroups,
  DeleteGroups: deleteGroups,
  InitProducerId: initProducerId,
  AddPartitionsToTxn: addPartitionsToTxn,
  AddOffsetsToTxn: addOffsetsToTxn,
  EndTxn: endTxn,
  TxnOffsetCommit: txnOffsetCommit,
  CreateTopics: createTopics,
  DeleteTopics: deleteTopics,
  CreatePartitions: createPartitions,
  DescribeConfigs: describeConfigs,
  AlterConfigs: alterConfigs,
};
