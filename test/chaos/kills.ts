/** What can be killed of a system on engines of several nodes: every node, and every process. */
import { type ClusterStage, nodeNames, processNames } from './clusterStage.ts';
import type { Fault } from './ground.ts';

/** Seconds that something is away at most, before it is started again. */
const most = 6;

const nodeKill = (name: string): Fault<ClusterStage> => ({
  name: `${name}-kill`,
  target: name,
  most,
  begin: ({ nodes }) => nodes.get(name)?.kill(),
  end: ({ nodes }) => nodes.get(name)?.revive(),
});

const processKill = (name: string): Fault<ClusterStage> => ({
  name: `${name}-kill`,
  target: name,
  most,
  begin: ({ processes }) => processes.get(name)?.end('SIGKILL'),
  end: ({ processes }) => processes.get(name)?.start(),
});

/** A row for each. */
export const kills: readonly Fault<ClusterStage>[] = [...nodeNames.map(nodeKill), ...processNames.map(processKill)];
