/** Logs as kafkajs' consumer meets them, where a real broker brings them about only in its own time. */
import assert from 'node:assert/strict';
import { compressions } from './log/batch.ts';
import { onSimulated, type Stage } from './onSimulated.fixture.ts';

const values = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index % 3}`, value: `v${index}` }));

/** The offsets that a new consumer gets. */
async function read(stage: Stage): Promise<number[]> {
  const { got } = await stage.consumer('t');
  await stage.time.pass(3000);
  return got.map((one) => Number(one.split(' ')[1]));
}

onSimulated('compaction leaves the latest of each key, and gaps', {}, async (stage) => {
  const { kafka } = stage;
  kafka.createTopic('t');
  for (const record of values(7)) kafka.records.append('t', 0, [record]);
  kafka.records.compact('t', 0);
  assert.deepEqual(kafka.records.ends('t', 0), { start: 0, end: 7, stable: 7 });
  assert.deepEqual(await read(stage), [4, 5, 6]);
});

for (const compression of compressions) {
  onSimulated(`within a batch compaction leaves gaps, too (${compression})`, {}, async (stage) => {
    const { kafka } = stage;
    kafka.createTopic('t');
    kafka.records.append('t', 0, values(9), { compression });
    kafka.records.compact('t', 0, { keep: ({ offset }) => offset % 4 === 1 });
    assert.deepEqual(await read(stage), [1, 5]);
  });
}

onSimulated('a batch of which nothing is left may stay', {}, async (stage) => {
  const { kafka } = stage;
  kafka.createTopic('t');
  kafka.records.append('t', 0, values(3));
  kafka.records.append('t', 0, values(3));
  kafka.records.compact('t', 0, { keep: ({ offset }) => offset > 2, emptyBatches: 'stay' });
  assert.deepEqual(await read(stage), [3, 4, 5]);
});

onSimulated('a reader whose offset is lost with the end of the log starts over', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t');
  for (const record of values(6)) kafka.records.append('t', 0, [record]);
  const { got } = await stage.consumer('t');
  await time.run(() => got.length === 6, 5000);
  kafka.records.truncate('t', 0, 4);
  await time.run(() => got.length === 10, 5000);
  assert.deepEqual(
    got.slice(6).map((one) => one.split(' ')[1]),
    ['0', '1', '2', '3'],
  );
});

onSimulated('truncation opens a transaction again whose marker it loses', {}, async ({ kafka }) => {
  kafka.createTopic('t');
  const transaction = kafka.records.transaction();
  transaction.append('t', 0, values(2));
  transaction.abort();
  const before = kafka.records.ends('t', 0);
  kafka.records.truncate('t', 0, 2);
  assert.deepEqual(
    [before, kafka.records.ends('t', 0)],
    [
      { start: 0, end: 3, stable: 3 },
      { start: 0, end: 2, stable: 0 },
    ],
  );
});

onSimulated('a reader whose topic is made anew reads it from its start', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t');
  for (const record of values(6)) kafka.records.append('t', 0, [record]);
  const { got } = await stage.consumer('t', { allowAutoTopicCreation: false });
  await time.run(() => got.length === 6, 5000);
  kafka.deleteTopic('t');
  await time.pass(1000);
  kafka.createTopic('t');
  kafka.records.append('t', 0, [{ value: 'new' }]);
  await time.run(() => got.includes('0 0 new'), 20_000);
  assert.deepEqual(got.slice(6), ['0 0 new']);
});

onSimulated('a reader may make the topic that it reads', { settings: { autoCreateTopics: true } }, async (stage) => {
  const { kafka, time } = stage;
  void stage.consumer('t').catch(() => undefined);
  await time.run(() => kafka.topics.includes('t'), 10_000);
  assert.deepEqual(kafka.topics, ['t']);
});

onSimulated('of interleaved transactions only what is committed is read', {}, async ({ kafka }) => {
  kafka.createTopic('t');
  const [one, other] = [kafka.records.transaction(), kafka.records.transaction()];
  one.append('t', 0, [{ value: 'a0' }]);
  other.append('t', 0, [{ value: 'b0' }]);
  one.append('t', 0, [{ value: 'a1' }]);
  other.abort();
  const open = kafka.records.ends('t', 0);
  one.commit();
  const read = kafka.records.readCommitted('t', 0).map(({ value }) => String(value));
  assert.deepEqual([open, read], [{ start: 0, end: 4, stable: 0 }, ['a0', 'a1']]);
});

for (const magic of [0, 1] as const) {
  onSimulated(`records of the old format ${magic} are read`, {}, async (stage) => {
    const { kafka } = stage;
    kafka.createTopic('t');
    for (const value of ['one', 'two'.repeat(20)]) kafka.records.appendLegacy('t', 0, { key: 'k', value }, magic);
    assert.deepEqual(
      kafka.records.read('t', 0).map(({ offset, value }) => `${offset} ${value}`.slice(0, 5)),
      ['0 one', '1 two'],
    );
    assert.deepEqual(await read(stage), [0, 1]);
  });
}

onSimulated('a topic of 150 partitions on three brokers is read to its end', { brokers: 3 }, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { partitions: 150 });
  for (let partition = 0; partition < 150; partition++) kafka.records.append('t', partition, values(2));
  const { got } = await stage.consumer('t');
  await time.run(() => got.length === 300, 30_000);
  assert.equal(new Set(got).size, 300);
});
