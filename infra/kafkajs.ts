/**
 * The Kafka client of all code here, with what kafkajs 2.2.4 lacks. It lets every connection look for waiting requests
 * each millisecond, for ever, also where none can be waiting (its issues 1556 and 1704): every client at rest keeps a
 * processor awake.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

// A request that is put aside, because of the broker's throttle or too many in flight, asks for a look by itself.
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};

export { Kafka, logLevel };

/** A new topic is served within these ms, also on a busy machine. */
const patience = 30_000;

/**
 * Makes topics and waits until they can be written and read. kafkajs can wait itself, but gives up where the broker
 * that it asks has not heard of a topic yet.
 * @throws when there is such a topic already, or the broker does not serve them in time
 */
export async function createServedTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  // With ZooKeeper, on a busy machine, the usual 5 s are too few for many.
  await admin.createTopics({ topics, waitForLeaders: false, timeout: patience / 2 });
  const deadline = Date.now() + patience;
  await Promise.all(topics.map(({ topic }) => served(admin, topic, deadline)));
}

/** Asks the leaders themselves. */
async function served(admin: Admin, topic: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}
