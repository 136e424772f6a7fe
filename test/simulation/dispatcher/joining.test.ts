/** What a consumer does while it joins its group, and when others join or leave meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiName } from '../../../infra/simulation/kafka/wire/apis.ts';
import { type Delivered, Stage } from './stage.ts';

const numbers = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const refused = { kind: 'error', error: 'TOPIC_AUTHORIZATION_FAILED' } as const;

test('where it is not known at once where to read, a later joining counts, and every partition is read', async () => {
  await Stage.with({ partitions: 2 }, async (stage) => {
    const other = stage.kafka.groups.join('staged-f-t', { topics: ['t'], slowness: 0 });
    await stage.time.pass(500);
    stage.delayPositions(refused);
    const dispatcher = await stage.start(async (starting) => {
      await stage.until('a refusal', () => stage.said.some((line) => line.includes('not known yet')));
      other.leave();
      return stage.time.during(starting);
    });
    await stage.time.pass(3000);
    assert.equal(dispatcher.stats().mappings['f:t']?.partitions.length, 2);
    for (const partition of [0, 1]) stage.append(numbers(5, `${partition} `), partition);
    await stage.until('all', () => stage.committed(0) === 5 && stage.committed(1) === 5);
    assert.equal(stage.delivered.length, 10);
  });
});

test('while leaders move between brokers every record is delivered once, in order, and in one call at a time', async () => {
  const live = new Map<number, number>();
  const busy = (records: readonly Delivered[]) => {
    for (const { record, at } of records) {
      assert.ok((live.get(record.partition) ?? 0) <= at, 'the call before it has ended');
    }
    const ends = (records[0]?.at ?? 0) + 20;
    for (const { record } of records) live.set(record.partition, ends);
    return { takes: 20 };
  };
  for (const seed of [1, 2, 3, 4]) {
    live.clear();
    const settings = { defaultReplicationFactor: 3 };
    const event = { batchSize: 20 };
    await Stage.with(
      { seed, brokers: 3, partitions: 6, settings, event, extra: { concurrency: 6 }, work: busy },
      async (stage) => {
        await stage.start();
        // Meanwhile the fetchers of the other brokers go on and send heartbeats.
        const effect = { kind: 'delay', milliseconds: 700, of: 'request' } as const;
        stage.kafka.faults.inject({ api: 'JoinGroup', effect, times: 1000, chance: 0.5 });
        for (let round = 0; round < 60; round++) {
          for (let partition = 0; partition < 6; partition++) stage.append([`${partition} ${round}`], partition);
          if (round % 2 === 0) stage.kafka.brokers.moveLeader('t', round % 6, 1 + ((round + seed) % 3));
          await stage.time.pass(60);
        }
        await stage.until('all', () => [0, 1, 2, 3, 4, 5].every((partition) => stage.committed(partition) === 60));
        assert.equal(stage.delivered.length, 360, 'none came twice');
        for (let partition = 0; partition < 6; partition++) {
          const own = stage.values.filter((value) => value?.startsWith(`${partition} `));
          assert.deepEqual(own, numbers(60, `${partition} `));
        }
      },
    );
  }
});

test('a heartbeat that is answered while it joins is not the end of that: nothing begins before it is a member again', async () => {
  let [joining, early] = [false, 0];
  const work = () => {
    if (joining) early++;
    return { takes: 50 };
  };
  const settings = { defaultReplicationFactor: 3 };
  await Stage.with({ brokers: 3, partitions: 6, settings, event: { batchSize: 10 }, work }, async (stage) => {
    stage.kafka.trace.onArrival(({ api }) => (joining ||= api === 'JoinGroup'));
    stage.kafka.trace.listen(({ exchange }) => (joining &&= exchange?.api !== 'SyncGroup'));
    await stage.start();
    for (let partition = 0; partition < 6; partition++) stage.append(numbers(200), partition);
    await stage.until('a part', () => stage.delivered.length > 100);
    // Meanwhile the fetchers of the brokers that still lead go on, and send heartbeats.
    const late = (api: ApiName, of: 'request' | 'answer') =>
      stage.kafka.faults.inject({ api, effect: { kind: 'delay', milliseconds: 700, of } });
    late('GroupCoordinator', 'request');
    late('JoinGroup', 'answer');
    stage.kafka.brokers.moveLeader('t', 0, stage.kafka.brokers.leader('t', 0) === 1 ? 2 : 1);
    await stage.until('all', () => [0, 1, 2, 3, 4, 5].every((partition) => stage.committed(partition) === 200));
  });
  assert.equal(early, 0);
});

test('what is done is committed where the group is now, also when it goes on there without having joined anew', async () => {
  await Stage.with({ brokers: 3, settings: { defaultReplicationFactor: 3 } }, async (stage) => {
    const { kafka } = stage;
    await stage.start();
    stage.append(numbers(5));
    await stage.until('the first', () => stage.committed() === 5);
    const before = kafka.brokers.coordinator('staged-f-t') ?? 1;
    // kafkajs gives the joining up, and goes on as the member that it was, of which the new coordinator has read.
    kafka.faults.inject({ api: 'JoinGroup', effect: { kind: 'error', error: 'GROUP_LOAD_IN_PROGRESS' } });
    kafka.brokers.moveCoordinator('staged-f-t', (before % 3) + 1);
    await stage.time.pass(3000);
    stage.append(numbers(5));
    await stage.until('the rest', () => stage.committed() === 10);
  });
});

type Answered = readonly { partitions: readonly { partition: number; errorCode: number }[] }[];

test('where to begin is committed only in the generation in which it was found: others may have the partition by then', async () => {
  await Stage.with({ partitions: 2, event: { startingPosition: 'LATEST' } }, async (stage) => {
    const { kafka } = stage;
    const refusals = kafka.faults.inject({
      api: 'OffsetCommit',
      effect: { kind: 'error', error: 'GROUP_LOAD_IN_PROGRESS' },
      times: 4,
    });
    const committed: number[] = [];
    let other: ReturnType<typeof kafka.groups.join> | undefined;
    kafka.trace.listen(({ exchange }) => {
      if (exchange?.api !== 'OffsetCommit' || !other) return;
      const { topics } = exchange.response as { topics: Answered };
      const done = topics.flatMap(({ partitions }) => partitions).filter(({ errorCode }) => errorCode === 0);
      committed.push(...done.map(({ partition }) => partition));
    });
    await stage.start(async (starting) => {
      await stage.until(
        'a refusal',
        () => kafka.trace.count > 0 && kafka.groups.view('staged-f-t')?.state === 'Stable',
      );
      await stage.time.pass(50);
      other = kafka.groups.join('staged-f-t', { topics: ['t'], slowness: 0 });
      return stage.time.during(starting);
    });
    await stage.time.pass(5000);
    assert.equal(refusals(), 4);
    const theirs = other?.assignment.t ?? [];
    assert.equal(theirs.length, 1);
    assert.deepEqual(
      [...new Set(committed)].filter((partition) => theirs.includes(partition)),
      [],
    );
  });
});
