import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Consumer } from 'kafkajs';
import { systemClock } from '../../clock.ts';
import { partitionAt } from '../record/record.fixture.ts';
import type { KafkaRecord } from '../record/record.ts';
import { newStats } from '../stats.ts';
import { FetchControl } from './fetchControl.ts';
import { OwnedPartitions } from './ownedPartitions.ts';
import { type Payload, Receiver } from './receiver.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

type Wanted = (value: Buffer | null) => boolean;

/** A receiver with one partition, from offset 0 on, and what comes of what it receives. */
function scene(wanted?: Wanted) {
  const [taken, seeks, owned, stats]: [KafkaRecord[], string[], OwnedPartitions, ReturnType<typeof newStats>] = [
    [],
    [],
    new OwnedPartitions(),
    newStats(),
  ];
  const partition = partitionAt(0);
  owned.add(partition);
  owned.state = 'settled';
  const stopped = () => {
    throw new Error('Consumer group was not initialized, consumer#run must be called first');
  };
  const consumer: Pick<Consumer, 'seek' | 'pause' | 'resume'> = {
    seek: ({ offset }) => void seeks.push(offset),
    pause: stopped,
    resume: stopped,
  };
  const batcher = { add: (record: KafkaRecord) => void taken.push(record), kick: () => undefined };
  const parts = { owned, control: new FetchControl(consumer), batcher, commits: { soon: () => undefined } };
  const receiver = new Receiver({ clock: systemClock, stats, log: silent, wanted, schemas: undefined }, parts);
  const receive = (fetchedOffset: number, values: readonly string[], of: { stale?: boolean } = {}) => {
    const messages = values.map((value, index) => ({
      offset: `${fetchedOffset + index}`,
      timestamp: '0',
      attributes: 0,
      key: null,
      value: Buffer.from(value),
      headers: {},
    }));
    const last = fetchedOffset + values.length - 1;
    const batch = { partition: 0, topic: 't', highWatermark: '1000', messages, fetchedOffset: `${fetchedOffset}` };
    return receiver.receive({
      batch: { ...batch, lastOffset: () => `${last}` } as unknown as Payload['batch'],
      isStale: () => of.stale ?? false,
    });
  };
  return { receive, taken, seeks, partition, stats };
}

test('a record that the filter cannot read is a failure of this record, and of no other', () => {
  const { receive, taken } = scene((value) => {
    if (String(value) === 'poison') throw new RangeError('too deep');
    return true;
  });
  assert.equal(receive(0, ['good', 'poison', 'last']), true);
  assert.deepEqual(
    taken.map(({ offset, fault }) => [offset, fault?.message]),
    [
      [0, undefined],
      [1, 'too deep'],
      [2, undefined],
    ],
  );
});

test('what kafkajs had fetched before it was told where to read is not taken', () => {
  const { receive, taken, partition } = scene();
  receive(10, ['a', 'b'], { stale: true });
  assert.deepEqual([taken.length, partition.next], [0, 0]);
});

test('where kafkajs has gone on by itself it is sent back, once: what it left out then is for nobody', () => {
  const { receive, taken, seeks } = scene();
  receive(0, ['a']);
  receive(5, ['f']);
  assert.deepEqual([taken.length, seeks], [1, ['1']]);
  receive(5, ['f']);
  assert.deepEqual(
    taken.map(({ offset }) => offset),
    [0, 5],
  );
});

test('where kafkajs went back, it is looked up anew where to read', () => {
  const { receive, taken } = scene();
  receive(0, ['a', 'b']);
  assert.equal(receive(0, ['new']), false);
  assert.equal(taken.length, 2);
});

test('too much that is not done is paused, also while kafkajs is stopped', () => {
  const { receive, partition } = scene();
  receive(0, Array(20_001).fill('x'));
  assert.equal(partition.paused, true);
});
