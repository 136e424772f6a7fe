import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { LogRecord } from '../../functions/runtime/ports.ts';
import { systemClock } from '../clock.ts';
import { type Call, Intake } from './intake.ts';
import type { Sender } from './sender.ts';

/** A log whose sends the test ends one by one. */
class StepwiseSender implements Sender {
  readonly batches: string[][] = [];
  resets = 0;
  #ends: PromiseWithResolvers<void>[] = [];
  #begun = Promise.withResolvers<void>();

  send(records: readonly LogRecord[]): Promise<void> {
    this.batches.push(records.map(({ key }) => String(key)));
    const end = Promise.withResolvers<void>();
    this.#ends.push(end);
    this.#begun.resolve();
    return end.promise;
  }

  /** Resolves when the oldest send that has not been ended has begun. */
  async #next(): Promise<PromiseWithResolvers<void>> {
    await this.#begun.promise;
    const end = this.#ends.shift();
    assert.ok(end);
    if (this.#ends.length === 0) this.#begun = Promise.withResolvers();
    return end;
  }

  begun = (): Promise<void> => this.#begun.promise;
  succeed = async (): Promise<void> => (await this.#next()).resolve();
  fail = async (): Promise<void> => (await this.#next()).reject(new Error('no broker'));

  reset(): void {
    this.resets++;
  }

  async close(): Promise<void> {}
}

const patient: Call = { cancelled: false, getDeadline: () => Number.POSITIVE_INFINITY };
const record = (key: string, bytes = 10): LogRecord => ({ topic: 't', key, value: Buffer.alloc(bytes) });

function open(limits = { queue: 100_000, patience: 5000 }) {
  const sender = new StepwiseSender();
  const lines: string[] = [];
  return { sender, lines, intake: new Intake(sender, (line) => lines.push(line), systemClock, limits) };
}

test('what arrives while a batch is under way makes up the next one', async () => {
  const { sender, intake } = open();
  const first = [intake.put(record('a'), patient), intake.put(record('b'), patient)];
  await sender.begun();
  const second = [intake.put(record('c'), patient), intake.put(record('d'), patient)];
  await sender.succeed();
  await Promise.all(first);
  await sender.succeed();
  await Promise.all(second);
  assert.deepEqual(sender.batches, [
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

test('a batch stays under the size that Kafka takes', async () => {
  const { sender, intake } = open();
  const all = Array.from({ length: 30 }, (_, index) => intake.put(record(String(index), 60_000), patient));
  for (const size of [14, 14, 2]) {
    await sender.succeed();
    assert.equal(sender.batches.shift()?.length, size);
  }
  await Promise.all(all);
});

test('the same batch is sent again until it is stored', async () => {
  const { sender, intake, lines } = open();
  const put = intake.put(record('a'), patient);
  await sender.fail();
  await sender.fail();
  await sender.succeed();
  await put;
  assert.deepEqual(sender.batches, [['a'], ['a'], ['a']]);
  assert.equal(sender.resets, 0);
  assert.deepEqual(lines, [
    'Kafka does not take orders (no broker): answering UNAVAILABLE until it does.',
    'Kafka takes orders again.',
  ]);
});

test('a caller is told UNAVAILABLE in time, and its batch is given up before another one leaves', async () => {
  const { sender, intake } = open({ queue: 10, patience: 300 });
  const put = intake.put(record('a'), patient);
  await assert.rejects(put, { code: status.UNAVAILABLE });
  await sender.fail();
  const next = intake.put(record('b'), patient);
  await sender.begun();
  assert.deepEqual(sender.batches, [['a'], ['b']]);
  assert.equal(sender.resets, 1);
  await sender.succeed();
  await next;
});

test('a caller whose order Kafka may store yet is told so, and one whose order never left may try again', async () => {
  const { sender, intake } = open({ queue: 10, patience: 300 });
  const underWay = intake.put(record('a'), patient);
  await sender.begun();
  const waiting = intake.put(record('b'), patient);
  await Promise.all([
    assert.rejects(underWay, /may store the order yet: only a repeat with its idempotency key is safe$/),
    assert.rejects(waiting, /not stored the order in time; try again/),
  ]);
  await sender.succeed();
});

test('nothing is taken over the bound', async () => {
  const { sender, intake } = open({ queue: 2, patience: 5000 });
  const puts = [intake.put(record('a'), patient), intake.put(record('b'), patient)];
  await assert.rejects(intake.put(record('c'), patient), { code: status.RESOURCE_EXHAUSTED });
  await sender.succeed();
  await Promise.all(puts);
});

test('a call that hung up or whose deadline passed while it waited never reaches Kafka', async () => {
  const { sender, intake } = open();
  const put = intake.put(record('a'), patient);
  await sender.begun();
  const hungUp = { cancelled: false, getDeadline: () => Number.POSITIVE_INFINITY };
  const gone = [
    intake.put(record('gone'), hungUp),
    intake.put(record('late'), { ...patient, getDeadline: () => new Date(0) }),
  ];
  hungUp.cancelled = true;
  const refused = gone.map((one) => assert.rejects(one, { code: status.UNAVAILABLE, mayRepeat: true }));
  const last = intake.put(record('b'), patient);
  await sender.succeed();
  await sender.succeed();
  await Promise.all([put, last, ...refused]);
  assert.deepEqual(sender.batches, [['a'], ['b']]);
});

test('closing ends what is under way and refuses the rest', async () => {
  const { sender, intake } = open();
  const underWay = intake.put(record('a'), patient);
  await sender.begun();
  const waiting = intake.put(record('b'), patient);
  const closed = intake.close();
  await assert.rejects(waiting, { code: status.UNAVAILABLE });
  await assert.rejects(intake.put(record('c'), patient), { code: status.UNAVAILABLE });
  await sender.succeed();
  await Promise.all([underWay, closed]);
});
