/**
 * kafkajs' admin asks for offsets whom it knows as a partition's leader, and where that is gone, or leads no more, it fails at
 * once, with a TypeError at times. The one error that lets it look for the leaders and ask again is told it instead.
 */
import Cluster from 'kafkajs/src/cluster/index.js';

const { fetchTopicsOffset } = Cluster.prototype;

const askAgain = (message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });

Cluster.prototype.fetchTopicsOffset = async function (this: Cluster, topics) {
  // A consumer, which alone has one, starts again by itself.
  if (this.isolationLevel !== undefined) return fetchTopicsOffset.call(this, topics);
  const found = await fetchTopicsOffset.call(this, topics).catch((error) => {
    throw error.retriable ? askAgain(error.message, error) : error;
  });
  if (found.length < topics.length) throw askAgain('partitions without a leader');
  return found;
};
