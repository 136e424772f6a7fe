import assert from 'node:assert/strict';
import { test } from 'node:test';
import Cluster from 'kafkajs/src/cluster/index.js';
import './offsets.ts';

const { fetchTopicsOffset } = Cluster.prototype;
const topics = [{ topic: 't', partitions: [{ partition: 0 }] }];
/** What lets the admin look for the leaders again. */
const again = { type: 'UNKNOWN_TOPIC_OR_PARTITION' };

/** A client's knowledge of who leads. */
const client = (leaders: () => object) =>
  ({ isolationLevel: undefined, findLeaderForPartitions: leaders, defaultOffset: () => -1 }) as never;

test('who asks for offsets looks for the leaders again where they have no leader, or one that is gone', async () => {
  await assert.rejects(
    fetchTopicsOffset.call(
      client(() => ({})),
      topics,
    ),
    again,
  );
  const gone = Object.assign(new Error('gone'), { retriable: true });
  await assert.rejects(
    fetchTopicsOffset.call(
      client(() => {
        throw gone;
      }),
      topics,
    ),
    again,
  );
});

test('what asking again does not mend is told at once', async () => {
  const refused = new Error('refused');
  const ask = client(() => {
    throw refused;
  });
  await assert.rejects(fetchTopicsOffset.call(ask, topics), refused);
});
