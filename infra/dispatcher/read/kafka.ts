import {
  type Assigner,
  type Broker,
  type Consumer,
  type ISocketFactory,
  type PartitionAssigner,
  PartitionAssigners,
} from 'kafkajs';
import type { Clock } from '../../clock.ts';
import { groupAssigner } from '../../kafkajs/groupAssigner.ts';
import { Kafka, logLevel } from '../../kafkajs/kafkajs.ts';
import { type KafkaLogin, loginOptions } from '../../kafkajs/kafkaLogin.ts';
import { usualWaits, type Waits } from '../invoke/functionWorker.ts';
import type { Logger } from '../stats.ts';
import { endingConnections } from './connections.ts';
import type { GroupMember, Offsets } from './groupMember.ts';
import type { Membership } from './membership.ts';

/** With these a broker may be killed and started again (7 s) and nothing is lost; kafkajs' own five tries give up. */
const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 };

/** The same trouble is told once in this time, however often kafkajs meets it. */
const quietTime = 10_000;

/** `brokers` as `host:port`, to find the others by; `clientId` is what the brokers' logs and quotas know us by. */
type Connection = Readonly<{
  brokers: readonly string[];
  clientId: string;
  access?: KafkaLogin | undefined;
  /** Aborted to end every connection, and every attempt at one. */
  end: AbortSignal;
  /** What the connections are made by; `node:net` unless given. */
  socketFactory?: ISocketFactory | undefined;
  waits?: Waits | undefined;
}>;

/**
 * Clients of one cluster. Each consumer needs one of its own: consumers of one client share what kafkajs knows of their
 * group's offsets, and one that gets no partition deletes it for the others.
 */
export function kafkaClients(connection: Connection, log: Logger, clock: Clock): () => Kafka {
  const { brokers, clientId, access, end, socketFactory, waits = usualWaits } = connection;
  const tell = withoutRepeats((message) => (end.aborted ? undefined : log.warn(message)), clock);
  return () =>
    new Kafka({
      ...endingConnections(brokers, end, socketFactory),
      ...loginOptions(access),
      clientId,
      retry,
      connectionTimeout: 3000,
      requestTimeout: 30_000,
      enforceRequestTimeout: waits.givesUp,
      logLevel: logLevel.ERROR,
      logCreator:
        () =>
        ({ log: { message, error } }) =>
          tell(`kafka: ${message}${error ? `: ${error}` : ''}`),
    });
}

function withoutRepeats(tell: (message: string) => void, clock: Clock): (message: string) => void {
  const told = new Map<string, number>();
  return (message) => {
    const now = clock.monotonic();
    for (const [earlier, at] of told) if (now - at >= quietTime) told.delete(earlier);
    if (told.has(message)) return;
    told.set(message, now);
    tell(message);
  };
}

/** How late (ms) new partitions of a topic are noticed; kafkajs' own five minutes are as long as a mapping would not read them. */
const metadataMaxAge = 5_000;

/** `leaves` is called when it asks to leave the group. */
type Joining = Readonly<{ membership: Membership; member: GroupMember; leaves: () => void }>;
type Options = Joining & Readonly<{ groupId: string; waits?: Waits | undefined }>;

/** A consumer of a group, which tells of its joinings and leaving, and lets what is in flight end before it asks to join. */
export const groupConsumer = (kafka: Kafka, { groupId, waits = usualWaits, ...joining }: Options): Consumer =>
  kafka.consumer({
    groupId,
    maxWaitTimeInMs: waits.shortFetch,
    sessionTimeout: waits.session,
    heartbeatInterval: 500,
    rebalanceTimeout: 30_000,
    metadataMaxAge,
    allowAutoTopicCreation: false,
    // The second is for a group in which there are consumers of other clients, too: they do not know kafkajs' own.
    partitionAssigners: [roundRobinOf(joining, waits.fetch), groupAssigner('range', PartitionAssigners.roundRobin)],
    retry: { ...retry, restartOnFailure: async () => !joining.membership.ended },
  });

/**
 * kafkajs tells that partitions were revoked only when it is too late to commit what was done with them, and of no
 * joining that fails. It does look up the group's coordinator before each joining, through the cluster that it hands to
 * the assigner: there we wait, and give it a coordinator whose answers we see.
 */
function roundRobinOf(joining: Joining, longFetch: number): PartitionAssigner {
  const { membership, member } = joining;
  return (config): Assigner => {
    const { cluster } = config;
    const findBroker = cluster.findBroker.bind(cluster);
    cluster.findBroker = async (node) => {
      const broker = await findBroker(node);
      return membership.isReading ? holding(broker, longFetch) : broker;
    };
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (group) => {
      const end = await membership.join();
      try {
        const coordinator = (await findGroupCoordinator(group)) as Coordinator;
        member.found(coordinator);
        return watched(coordinator, joining, end);
      } catch (error) {
        end();
        throw error;
      }
    };
    return PartitionAssigners.roundRobin(config);
  };
}

/**
 * kafkajs asks nobody while all is paused, and sleeps as long as a broker may hold a fetch: what is resumed meanwhile stands
 * still. So it knows the short time alone, and brokers are told the long one.
 */
function holding(broker: Broker, maxWaitTime: number): Broker {
  const fetch: Broker['fetch'] = (request) => broker.fetch({ ...request, maxWaitTime });
  return new Proxy(broker, { get: (target, name) => (name === 'fetch' ? fetch : Reflect.get(target, name)) });
}

/** What kafkajs calls it where nobody answers: at once, or not in time. */
const isAway: ReadonlySet<string> = new Set(['KafkaJSConnectionError', 'KafkaJSRequestTimeoutError']);

type Commit = { topics: Offsets };

/** What kafkajs' types do not tell of a coordinator. */
type Coordinator = Omit<Broker, 'offsetCommit' | 'heartbeat' | 'leaveGroup'> & {
  joinGroup(request: { groupId: string }): Promise<{ generationId: number; memberId: string }>;
  syncGroup(request: object): Promise<object>;
  heartbeat(request: object): Promise<object>;
  leaveGroup(request: object): Promise<object>;
  offsetCommit(request: Commit): Promise<object>;
};

/** @param joined called when the request to join is over; kafkajs may send what follows through another of these */
function watched(coordinator: Coordinator, of: Joining, joined: () => void): Coordinator {
  const { membership, member, leaves } = of;
  const joinGroup: Coordinator['joinGroup'] = async (request) => {
    try {
      const answer = await coordinator.joinGroup(request);
      const { generationId: groupGenerationId, memberId } = answer;
      member.accepted({ groupId: request.groupId, groupGenerationId, memberId });
      return answer;
    } finally {
      joined();
    }
  };
  const syncGroup: Coordinator['syncGroup'] = async (request) => {
    const end = membership.begin();
    try {
      return await coordinator.syncGroup(request);
    } finally {
      end();
    }
  };
  // So kafkajs notes that what it asked for was not in the log: from here on it reads from the log's start.
  const offsetCommit: Coordinator['offsetCommit'] = (request) => {
    const partitions = request.topics.flatMap((topic) => topic.partitions);
    for (const { partition, offset } of partitions) if (Number(offset) < 0) membership.reset(partition);
    return coordinator.offsetCommit(request);
  };
  // kafkajs asks one that is gone again and again, as long as it retries at all. Told as a broker tells that it is another
  // one by now, it looks up which, and joins the group there.
  const heartbeat: Coordinator['heartbeat'] = (request) =>
    coordinator.heartbeat(request).catch((error: Error) => {
      throw isAway.has(error.name) ? Object.assign(error, { type: 'NOT_COORDINATOR_FOR_GROUP' }) : error;
    });
  // The others have our partitions as soon as the broker hears it; kafkajs tells of a crash when it has been answered.
  const leaveGroup: Coordinator['leaveGroup'] = (request) => {
    leaves();
    return coordinator.leaveGroup(request);
  };
  const own: Record<PropertyKey, unknown> = { joinGroup, syncGroup, heartbeat, offsetCommit, leaveGroup };
  return new Proxy(coordinator, { get: (target, name) => own[name] ?? Reflect.get(target, name) });
}
