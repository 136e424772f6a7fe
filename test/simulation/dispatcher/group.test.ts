/** What a consumer does as a member of its group, in situations in which records came twice or the process ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Delivered, failing, Stage } from './stage.ts';

const numbers = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('a poller that has no partition takes nothing from one that has', async () => {
  const event = { provisionedPollerConfig: { minimumPollers: 3 } };
  await Stage.with({ event }, async (stage) => {
    stage.append(numbers(10));
    const dispatcher = await stage.start();
    await stage.until('the first', () => stage.committed() === 10);
    stage.append(numbers(10, 'more '));
    await stage.until('the others', () => stage.committed() === 20);
    await stage.time.pass(5000);
    assert.equal(dispatcher.stats().mappings['f:t']?.crashes, 0);
    assert.equal(stage.delivered.length, 20);
  });
});

test('what takes longer than the others of a group wait for it comes again where its partition went, and nothing is lost', async () => {
  const work = ([first]: readonly Delivered[]) => ({ takes: first?.value?.startsWith('slow') ? 8000 : 20 });
  const [event, definition, extra] = [{ batchSize: 1 }, { timeout: 60 }, { concurrency: 2 }];
  await Stage.with({ partitions: 2, event, definition, extra, work }, async (stage) => {
    const first = await stage.start();
    for (const partition of [0, 1]) {
      stage.append([`slow ${partition}`, ...numbers(3, `${partition} `)], partition);
    }
    await stage.until('both slow ones are at work', () => stage.delivered.length === 2);
    await stage.start();
    await stage.until('all', () => [0, 1].every((partition) => stage.committed(partition) === 4), 120_000);
    assert.equal(new Set(stage.values).size, 8);
    assert.equal(stage.delivered.length, 9, 'one of the slow ones came again');
    assert.equal(first.stats().mappings['f:t']?.redelivered, 1);
  });
});

test('a commit that is refused for ever is told once', async () => {
  await Stage.with({}, async (stage) => {
    await stage.start();
    stage.kafka.faults.inject({
      api: 'OffsetCommit',
      effect: { kind: 'error', error: 'GROUP_AUTHORIZATION_FAILED' },
      times: 100,
    });
    stage.append(['a']);
    await stage.time.pass(10_000);
    assert.equal(stage.said.filter((line) => line.includes('commit failed')).length, 1);
  });
});

test('new partitions of a topic are read within seconds', async () => {
  await Stage.with({}, async (stage) => {
    await stage.start();
    stage.kafka.growTopic('t', 3);
    stage.append(['new'], 2);
    await stage.until('the new one', () => stage.delivered.length === 1, 10_000);
  });
});

test('how often a record was tried survives the death of the process: its retries do not begin anew', async () => {
  const attempts: number[] = [];
  const work = ([first]: readonly { value: string | undefined; attempt: number }[]) => {
    if (first?.value !== 'bad') return undefined;
    attempts.push(first.attempt);
    return { outcome: failing };
  };
  await Stage.with({ event: { batchSize: 1 }, extra: { maximumRetryAttempts: 4 }, work }, async (stage) => {
    stage.append(['good', 'bad', 'last']);
    await stage.start();
    await stage.until('two attempts', () => attempts.length === 2);
    await stage.time.pass(150);
    stage.kill();
    await stage.time.pass(15_000);
    await stage.start();
    await stage.until('the last', () => stage.values.includes('last'), 120_000);
    assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
  });
});

test('a coordinator that dies and stays away, or a leader, holds up nothing for longer than a session', async () => {
  for (const seed of [1, 2, 3]) {
    const settings = { defaultReplicationFactor: 3 };
    await Stage.with({ seed, brokers: 3, partitions: 3, settings }, async (stage) => {
      await stage.start();
      for (const partition of [0, 1, 2]) stage.append(numbers(5, `${partition} `), partition);
      await stage.until('the first', () => [0, 1, 2].every((partition) => stage.committed(partition) === 5));
      stage.kafka.brokers.crash(stage.kafka.brokers.coordinator('staged-f-t') ?? 0);
      for (const partition of [0, 1, 2]) stage.append(numbers(5, `more ${partition} `), partition);
      await stage.until('the others', () => [0, 1, 2].every((partition) => stage.committed(partition) === 10), 15_000);
    });
  }
});
