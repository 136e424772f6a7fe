import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { PlaceOrderRequest, type PlaceOrdersResponse } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { sampleDetails } from './details.fixture.ts';
import { startTrial } from './gateway.fixture.ts';

const order = PlaceOrderRequest.create({ details: sampleDetails });

test('a gateway that is drained under load has stored every order that it acknowledged', async (t) => {
  const trial = await startTrial();
  t.after(() => trial.end());
  const acknowledged: string[] = [];
  const codes = new Set<number>();
  const note = (answer?: { orderId: string }) => answer && acknowledged.push(answer.orderId);
  const { promise: warm, resolve: warmed } = Promise.withResolvers<void>();

  // A stream that would never end by itself, and calls one after the other.
  const stream = trial.client.placeOrders();
  stream.on('data', ({ placed }: PlaceOrdersResponse) => {
    note(placed);
    if (acknowledged.length > 1000) warmed();
  });
  const streamEnd = once(stream, 'error');
  let reference = 0;
  const write = () => {
    while (!stream.destroyed && stream.write({ reference: reference++, order }));
  };
  stream.on('drain', write);
  write();
  const caller = async () => {
    for (let going = true; going; ) {
      going = await new Promise<boolean>((resolve) => {
        trial.client.placeOrder(order, (error, answer) => {
          note(answer);
          if (error) codes.add(error.code);
          resolve(!error);
        });
      });
    }
  };
  const callers = Array.from({ length: 20 }, caller);

  await warm;
  await trial.gateway.drain(10_000);
  const [cut] = await streamEnd;
  await Promise.all(callers);
  assert.equal(cut.code, status.UNAVAILABLE);
  assert.deepEqual([...codes], [status.UNAVAILABLE]);
  const stored = new Set((await trial.stored('orders.placed')).map(({ key }) => key));
  assert.deepEqual(
    acknowledged.filter((orderId) => !stored.has(orderId)),
    [],
  );
});
