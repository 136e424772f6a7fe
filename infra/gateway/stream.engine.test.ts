import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { PlaceOrderRequest, type PlaceOrdersResponse } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { sampleDetails } from './details.fixture.ts';
import { startTrial } from './gateway.fixture.ts';
import { mostUnanswered } from './stream.ts';

let trial: Awaited<ReturnType<typeof startTrial>>;
before(async () => {
  trial = await startTrial();
});
after(() => trial.end());

const order = PlaceOrderRequest.create({ details: sampleDetails });

test('20,000 orders on one stream are each answered once, and each answered one is stored', async () => {
  const call = trial.client.placeOrders();
  const answers = new Map<number, PlaceOrdersResponse>();
  let extra = 0;
  call.on('data', (answer: PlaceOrdersResponse) => {
    if (answers.has(answer.reference)) extra++;
    answers.set(answer.reference, answer);
  });
  for (let reference = 0; reference < 20_000; reference++) {
    if (!call.write({ reference, order })) await once(call, 'drain');
  }
  call.end();
  await once(call, 'end');
  assert.equal(extra, 0);
  assert.equal(answers.size, 20_000);
  const stored = await trial.stored('orders.placed');
  const keys = new Set(stored.map(({ key }) => key));
  assert.equal(keys.size, stored.length);
  assert.deepEqual(new Set([...answers.values()].map(({ placed }) => placed?.orderId)), keys);
  assert.equal(new Set(stored.map(({ partition }) => partition)).size, 4);
});

test('a refused order is answered by its error and does not end the stream', async () => {
  const call = trial.client.placeOrders();
  const answers: PlaceOrdersResponse[] = [];
  call.on('data', (answer: PlaceOrdersResponse) => answers.push(answer));
  call.write({ reference: 1, order });
  call.write({ reference: 2, order: { ...order, details: undefined } });
  call.write({ reference: 3, order: undefined });
  call.write({ reference: 4, order });
  call.end();
  await once(call, 'end');
  answers.sort((a, b) => a.reference - b.reference);
  assert.deepEqual(
    answers.map(({ placed, error }) => (placed ? 'placed' : error)),
    [
      'placed',
      { code: status.INVALID_ARGUMENT, message: 'details must be given' },
      { code: status.INVALID_ARGUMENT, message: 'details must be given' },
      'placed',
    ],
  );
});

test('a client that does not read its answers is not read from without bound', async () => {
  const before = (await trial.stored('orders.placed')).length;
  const call = trial.client.placeOrders();
  let written = 0;
  // The client's window is full when nothing drains for a second, while a reading client's drains in milliseconds.
  for (;;) {
    written++;
    if (call.write({ reference: written, order })) continue;
    const drained = await once(call, 'drain', { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (!drained) break;
    assert.ok(written < 100_000, 'the gateway reads on though nobody takes its answers');
  }
  const stored = (await trial.stored('orders.placed')).length - before;
  assert.ok(stored < written, `${stored} of ${written}`);
  // Reading again lets everything through.
  let answered = 0;
  call.on('data', () => answered++);
  call.end();
  await once(call, 'end');
  assert.equal(answered, written);
  assert.ok(mostUnanswered < written);
});

test('a stream that is cut stores nothing that was not under way, and the next one works', async () => {
  const call = trial.client.placeOrders();
  for (let reference = 0; reference < 100; reference++) call.write({ reference, order });
  await once(call, 'data');
  call.on('data', () => undefined);
  const [cut] = await Promise.all([once(call, 'error'), call.cancel()]);
  assert.equal(cut[0].code, status.CANCELLED);
  const next = trial.client.placeOrders();
  next.write({ reference: 7, order });
  next.end();
  const [answer] = (await once(next, 'data')) as [PlaceOrdersResponse];
  assert.equal(answer.reference, 7);
  assert.ok(answer.placed);
});
