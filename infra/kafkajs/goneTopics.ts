/**
 * kafkajs asks about every topic that a client has ever named, at once, and fails where one of them is gone: after a topic
 * was deleted, an admin or producer that had named it would learn of no further one for as long as it lives. The others
 * are asked about without it.
 */
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js';
import Cluster from 'kafkajs/src/cluster/index.js';

const goneTypes: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'];
/** Whether somebody failed since a topic is not there, or not for us. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && (('type' in error && goneTypes.includes(error.type)) || isGone(error.cause));

const { refreshMetadata } = BrokerPool.prototype;

BrokerPool.prototype.refreshMetadata = async function (this: BrokerPool, topics) {
  try {
    await refreshMetadata.call(this, topics);
  } catch (error) {
    if (!isGone(error) || topics.length === 1) throw error;
    const broker = await this.findConnectedBroker();
    const isThere = (topic: string) =>
      broker.metadata([topic]).then(
        () => true,
        (each) => !isGone(each),
      );
    const found = await Promise.all(topics.map(isThere));
    const there = topics.filter((_, index) => found[index]);
    if (there.length === 0) throw error;
    await refreshMetadata.call(this, there);
  }
};

const { addMultipleTargetTopics } = Cluster.prototype;

Cluster.prototype.addMultipleTargetTopics = async function (this: Cluster, topics) {
  await addMultipleTargetTopics.call(this, topics);
  // What is known may have been asked for about others meanwhile.
  if (withoutMissing(this, topics).length > 0) await addMultipleTargetTopics.call(this, topics);
  const missing = withoutMissing(this, topics);
  // Answered by the error that says so.
  if (missing.length > 0) await (await this.brokerPool.findConnectedBroker()).metadata(missing);
};

/** Takes what nothing is known of from what the cluster's client asks about. @returns which of these topics that were */
function withoutMissing({ brokerPool, targetTopics }: Cluster, topics: readonly string[]): readonly string[] {
  const known = new Set(brokerPool.metadata?.topicMetadata.map(({ topic }) => topic));
  for (const topic of targetTopics) if (!known.has(topic)) targetTopics.delete(topic);
  return topics.filter((topic) => !known.has(topic));
}
