/**
 * kafkajs asks about every topic that a client has ever named, at once, and fails where one of them is gone: after a topic
 * was deleted, an admin or producer that had named it would learn of no further one for as long as it lives. Here it forgets
 * what the broker says is gone, until somebody names it again.
 */
import Cluster from 'kafkajs/src/cluster/index.js';

const goneTypes: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'];
/** Whether somebody failed since a topic is not there, or not for us. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && (('type' in error && goneTypes.includes(error.type)) || isGone(error.cause));

/** What stands for the answer where a topic is gone; throws whatever else went wrong. */
export const whereGone =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isGone(error)) return instead;
    throw error;
  };

type Refresh = (this: Cluster) => Promise<void>;
type Broker = Awaited<ReturnType<Cluster['brokerPool']['findConnectedBroker']>>;
const { addMultipleTargetTopics, findTopicPartitionMetadata, refreshMetadata, refreshMetadataIfNecessary } =
  Cluster.prototype;

/** A consumer, which alone has one, names its topics once: one that a broker does not know for a moment is not to be forgotten. */
const isConsumer = ({ isolationLevel }: Cluster): boolean => isolationLevel !== undefined;

/** @returns the same, but where it fails since topics are gone it is done again without them */
const forgetting = (refresh: Refresh): Refresh =>
  async function (this: Cluster) {
    try {
      await refresh.call(this);
    } catch (error) {
      if (!isGone(error) || isConsumer(this)) throw error;
      await forgetGone(this);
      if (this.targetTopics.size === 0) throw error;
      await refresh.call(this);
    }
  };

const forgettings = new WeakMap<Cluster, Promise<void>>();

/** Once for all who fail at the same time: that may be everybody who asks about any topic. */
function forgetGone(cluster: Cluster): Promise<void> {
  const known = forgettings.get(cluster) ?? forget(cluster).finally(() => forgettings.delete(cluster));
  forgettings.set(cluster, known);
  return known;
}

async function forget(cluster: Cluster): Promise<void> {
  const broker = await cluster.brokerPool.findConnectedBroker();
  for (const topic of await goneAmong([...cluster.targetTopics], broker)) cluster.targetTopics.delete(topic);
}

/** The broker tells only that some are gone, and not which. */
async function goneAmong(topics: readonly string[], broker: Broker): Promise<readonly string[]> {
  const isThere = await broker.metadata(topics).then(
    () => true,
    (error) => !isGone(error),
  );
  if (isThere) return [];
  if (topics.length === 1) return topics;
  const half = Math.ceil(topics.length / 2);
  const parts = [topics.slice(0, half), topics.slice(half)];
  return (await Promise.all(parts.map((part) => goneAmong(part, broker)))).flat();
}

Cluster.prototype.refreshMetadata = forgetting(refreshMetadata);
Cluster.prototype.refreshMetadataIfNecessary = forgetting(refreshMetadataIfNecessary);

Cluster.prototype.addMultipleTargetTopics = async function (this: Cluster, topics) {
  await addMultipleTargetTopics.call(this, topics);
  const forgotten = topics.filter((topic) => !this.targetTopics.has(topic));
  // Answered by the error that says why.
  if (forgotten.length > 0) await (await this.brokerPool.findConnectedBroker()).metadata(forgotten);
};

/** Of a topic that is not known kafkajs finds no partitions: as if a group had committed nothing there. */
Cluster.prototype.findTopicPartitionMetadata = function (this: Cluster, topic) {
  const found = findTopicPartitionMetadata.call(this, topic);
  if (found.length > 0 || isConsumer(this)) return found;
  throw Object.assign(new Error(`the topic ${topic} is not known`), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
};
