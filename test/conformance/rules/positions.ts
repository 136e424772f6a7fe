import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';

/** Recent enough for the broker's retention. */
const middle = `${Date.now() - 3_600_000}`;

export const positionRules: Rule[] = [
  {
    name: 'TRIM_HORIZON: a new group reads from the oldest record',
    page: pages.positions,
    words: '“Lambda starts reading from the last untrimmed record in the Kafka topic”',
    before: (scene) => scene.produce(['old']),
    async check(scene) {
      await scene.produce(['new']);
      await scene.untilDelivered(['old', 'new']);
    },
  },
  {
    name: 'LATEST: a new group reads what comes from now on',
    page: pages.positions,
    words: '“Lambda starts reading just after the most recent record in the Kafka topic”',
    event: { startingPosition: 'LATEST' },
    before: (scene) => scene.produce(['old']),
    async check(scene) {
      await scene.produce(['new']);
      await scene.untilDelivered(['new']);
      assert.deepEqual(scene.delivered(), ['new']);
    },
  },
  {
    name: 'AT_TIMESTAMP: a new group reads from the first record of that time',
    page: pages.positions,
    words: '“Lambda starts reading from a position defined by a timestamp”',
    event: { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: Number(middle) / 1000 },
    before: (scene) =>
      scene.produce([
        { partition: 0, value: 'before', timestamp: `${Number(middle) - 1}` },
        { partition: 0, value: 'at', timestamp: middle },
        { partition: 0, value: 'later', timestamp: `${Number(middle) + 1}` },
      ]),
    async check(scene) {
      await scene.untilDelivered(['at', 'later']);
      assert.deepEqual(scene.delivered(), ['at', 'later']);
    },
  },
  {
    name: 'a group that has offsets goes on from there, whatever the starting position',
    page: pages.groups,
    words: '“Lambda begins processing records according to the committed offset of the consumer group”',
    event: { startingPosition: 'TRIM_HORIZON' },
    async before(scene) {
      await scene.produce(['done', 'open']);
      await scene.admin.setOffsets({
        groupId: scene.group,
        topic: scene.topic,
        partitions: [{ partition: 0, offset: '1' }],
      });
    },
    async check(scene) {
      await scene.untilDelivered(['open']);
      assert.deepEqual(scene.delivered(), ['open']);
    },
  },
  {
    name: 'LATEST after a restart misses nothing that came while it was away',
    page: pages.positions,
    words: 'offsets are committed, so processing resumes where it stopped',
    event: { startingPosition: 'LATEST' },
    isolated: true,
    async check(scene, process) {
      await process.running().stop();
      await scene.produce(['while away']);
      await process.start();
      await scene.untilDelivered(['while away']);
    },
  },
  {
    name: 'enabled: false reads nothing',
    page: pages.create,
    words: '“When false, Lambda pauses polling and invocation”',
    event: { enabled: false },
    before: (scene) => scene.produce(['x']),
    async check(scene) {
      // What reads by now is a member of its group.
      const { groups } = await scene.admin.describeGroups([scene.group]);
      assert.deepEqual(
        groups.map(({ state, members }) => [state, members.length]),
        [['Dead', 0]],
      );
      assert.deepEqual(scene.delivered(), []);
      assert.deepEqual(await scene.committed(), [-1]);
    },
  },
  {
    name: 'ConsumerGroupId is the group that commits',
    page: pages.groups,
    words: '“an existing identifier for the Kafka consumer group that you want your Lambda function to join”',
    async check(scene) {
      await scene.produce(['x']);
      await scene.untilDelivered(['x']);
      await scene.untilCommitted(0, 1);
    },
  },
];
