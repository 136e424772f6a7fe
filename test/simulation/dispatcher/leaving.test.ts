/** What a consumer leaves behind that ends or crashes, however long the broker takes to answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './stage.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const lost = { kind: 'silence', lost: 'answer' } as const;
const refused = { kind: 'error', error: 'GROUP_AUTHORIZATION_FAILED' } as const;

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
    stage.kafka.faults.inject({ api: 'Heartbeat', effect: refused });
    await stage.until('it asks to leave', () => before !== undefined);
    await stage.time.pass(20_000);
    assert.equal(stage.delivered.length, before);
    await stage.until('all', () => stage.committed() === 2000, 120_000);
  });
});

test('after a crash of its consumer nothing more is delivered before it is a member again, and a backlog ends nothing', async () => {
  const work = () => ({ takes: 50 });
  await Stage.with({ event: { batchSize: 500 }, work }, async (stage) => {
    stage.append(numbers(24_000));
    const dispatcher = await stage.start();
    const state = () => dispatcher.stats().mappings['f:t'];
    await stage.until('a part', () => stage.delivered.length > 1000);
    stage.kafka.faults.inject({ api: 'Heartbeat', effect: refused });
    await stage.until('the crash', () => state()?.crashes === 1);
    const before = stage.delivered.length;
    await stage.until('it is a member again', () => state()?.ready === true || stage.delivered.length > before);
    assert.equal(stage.delivered.length, before);
    await stage.until('all', () => stage.committed() === 24_000, 600_000);
    assert.equal(new Set(stage.values).size, 24_000);
  });
});

test('an end leaves no timer and no connection, whatever waits for its window', async () => {
  await Stage.with({ event: { maximumBatchingWindow: 300 } }, async (stage) => {
    stage.append(['waiting']);
    const dispatcher = await stage.start();
    await stage.time.pass(1000);
    await stage.time.during(dispatcher.drain(5000), 10_000);
    await stage.time.pass(10);
    assert.deepEqual([stage.time.timers, stage.kafka.connections], [0, 0]);
  });
});

test('an end in the middle of a joining leaves no member in the group', async () => {
  await Stage.with({}, async (stage) => {
    const dispatcher = await stage.start();
    const slow = stage.kafka.groups.join('staged-f-t', { topics: ['t'], slowness: 3000 });
    await stage.time.pass(700);
    const other = stage.kafka.groups.join('staged-f-t', { topics: ['t'], slowness: 0 });
    await stage.time.pass(100);
    await stage.time.during(dispatcher.drain(1000), 10_000);
    await stage.time.pass(30_000);
    const clients = stage.kafka.groups.view('staged-f-t')?.members.map(({ clientId }) => clientId) ?? [];
    assert.ok(!clients.includes('staged'), `${clients}`);
    for (const one of [slow, other]) one.leave();
  });
});
