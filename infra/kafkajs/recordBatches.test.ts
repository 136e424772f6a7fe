/** What kafkajs' own reader does not do, or does otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import MessageSet from 'kafkajs/src/protocol/messageSet/index.js';
import { Batch, type Outgoing, Pen } from './batch.ts';
import { decodeFetch } from './fetch.ts';
import { inOrder } from './headers.ts';
import { readBatches, type Transaction } from './recordBatches.ts';

const control = 0x20;
const appendTime = 0x08;

type Wish = { at: number; producer?: number; flags?: number; last?: number };

/** A batch as the broker has it: at an offset, of a transaction where a producer is named. */
function batch(records: readonly Outgoing[], { at, producer, flags = 0, last }: Wish): Buffer {
  const written = new Batch(records, 1000);
  const pen = new Pen(written.size);
  written.write(pen, { id: BigInt(producer ?? -1), epoch: 0, firstSequence: 0, transactional: producer !== undefined });
  pen.buffer.writeBigInt64BE(BigInt(at), 0);
  pen.buffer.writeInt16BE(pen.buffer.readInt16BE(21) | flags, 21);
  if (last !== undefined) pen.buffer.writeInt32BE(last - at, 23);
  return pen.buffer;
}

const record = (value: string, key: Buffer | null = null): Outgoing => ({ value, key });
const marker = (at: number, producer: number, kind: 'abort' | 'commit') =>
  batch([record('', Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]))], { at, producer, flags: control });
const shown = (batches: Buffer[], aborted: Transaction[] = []) =>
  readBatches(Buffer.concat(batches), aborted)
    .map((one) => one)
    .filter(({ isControlRecord }) => !isControlRecord)
    .map(({ value }) => String(value));

test('of transactions that overlap and are undone in another order than they began nothing is shown', () => {
  const log = [
    batch([record('A')], { at: 10, producer: 1 }),
    batch([record('B')], { at: 11, producer: 2 }),
    batch([record('nobody')], { at: 12 }),
    marker(13, 2, 'abort'),
    batch([record('A again')], { at: 14, producer: 1 }),
    batch([record('B, kept')], { at: 15, producer: 2 }),
    marker(16, 1, 'abort'),
    marker(17, 2, 'commit'),
    batch([record('A, kept')], { at: 18, producer: 1 }),
  ];
  // In the order in which they ended, as brokers list them.
  const aborted = [
    { producerId: '2', firstOffset: '11' },
    { producerId: '1', firstOffset: '10' },
  ];
  assert.deepEqual(shown(log, aborted), ['nobody', 'B, kept', 'A, kept']);
});

test('a key of four zeros is a key, and no marker of a transaction', () => {
  const zero = Buffer.from([0, 0, 0, 0]);
  const log = [
    batch([record('undone', zero), record('undone too', zero)], { at: 0, producer: 1 }),
    marker(2, 1, 'abort'),
  ];
  assert.deepEqual(shown(log, [{ producerId: '1', firstOffset: '0' }]), []);
  assert.deepEqual(shown([batch([record('kept', zero)], { at: 0, producer: 1 }), marker(1, 1, 'commit')]), ['kept']);
});

test('headers keep their order, their repetitions, their nulls, and names that every object has', () => {
  const list = ['7', 'b', 'constructor', 'toString', '__proto__', 'b', '7'].map(
    (name, index): [string, Buffer | null] => [name, index === 4 ? null : Buffer.from([index])],
  );
  const [one] = readBatches(batch([{ value: null, headers: inOrder(list) as Outgoing['headers'] }], { at: 0 }), []);
  assert.deepEqual(one?.headerList, list);
  assert.deepEqual(one?.headers.b, [Buffer.from([1]), Buffer.from([5])]);
  assert.deepEqual(one?.headers.constructor, Buffer.from([2]));
});

test('a batch that the broker has given its own time tells that time for each record', () => {
  const records = [
    { value: 'a', timestamp: '5' },
    { value: 'b', timestamp: '7' },
  ];
  const read = readBatches(batch(records, { at: 0, flags: appendTime }), []);
  assert.deepEqual(
    read.map(({ timestamp, batchContext }) => [timestamp, batchContext.timestampType]),
    [
      ['7', 1],
      ['7', 1],
    ],
  );
});

test('where compaction removed the end of a batch, or all of it, reading goes on behind it', () => {
  const [last] = readBatches(batch([record('a')], { at: 5, last: 9 }), []).slice(-1);
  assert.deepEqual([last?.offset, last?.isControlRecord], ['9', true]);
  const empty = batch([], { at: 20, last: 22 });
  assert.deepEqual(
    readBatches(empty, []).map(({ offset, isControlRecord }) => [offset, isControlRecord]),
    [['22', true]],
  );
});

test('a lone message from before Kafka 0.11 is read, however small', async () => {
  for (const value of ['short', 'a value that is long enough to be as long as the head of a batch']) {
    const entries = [{ timestamp: 1_700_000_000_000, key: null, value, offset: 7 }];
    const { buffer } = MessageSet({ messageVersion: 1, entries });
    const pen = new Pen(80 + buffer.length);
    pen.at = 10;
    pen.int32(1);
    pen.int16(1);
    pen.raw('t', 1);
    pen.int32(1);
    pen.at += 30;
    pen.int32(0);
    pen.int32(-1);
    pen.int32(buffer.length);
    pen.raw(buffer, buffer.length);
    const { responses } = await decodeFetch(pen.buffer.fill(0, 0, 10).fill(0, 21, 51).subarray(0, pen.at));
    assert.deepEqual(
      responses[0]?.partitions[0]?.messages.map((message) => String(message.value)),
      [value],
    );
  }
});
