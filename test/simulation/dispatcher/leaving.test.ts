/** What a consumer does that leaves its group, by itself or because it crashed, however long the broker takes to answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './stage.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const lost = { kind: 'silence', lost: 'answer' } as const;

test('from when its consumer asks to leave the group nothing more is delivered, though nobody answers it', async () => {
  const work = () => ({ takes: 50 });
  await Stage.with({ event: { batchSize: 10 }, work }, async (stage) => {
    stage.append(numbers(2000));
    await stage.start();
    let before: number | undefined;
    stage.kafka.trace.onArrival(({ api }) => {
      if (api === 'LeaveGroup') before ??= stage.delivered.length;
    });
    await stage.until('a part', () => stage.delivered.length > 100);
    stage.kafka.faults.inject({ api: 'LeaveGroup', effect: lost });
    stage.kafka.faults.inject({ api: 'Heartbeat', effect: { kind: 'error', error: 'GROUP_AUTHORIZATION_FAILED' } });
    await stage.until('it asks to leave', () => before !== undefined);
    await stage.time.pass(20_000);
    assert.equal(stage.delivered.length, before);
    await stage.until('all', () => stage.committed() === 2000, 120_000);
  });
});
