import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { type ClientReadableStream, status } from '@grpc/grpc-js';
import type { Order } from '../../functions/orders/records.ts';
import type { WatchOrderResponse } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { systemClock } from '../clock.ts';
import { startTrial } from './gateway.fixture.ts';
import { lifeOf } from './orderLife.fixture.ts';
import { place } from './place.ts';

let trial: Awaited<ReturnType<typeof startTrial>>;
before(async () => {
  trial = await startTrial();
});
after(() => trial.end());

function newOrder(): Order {
  const text = { product: 'Tea', gateway: 'W', cardBrand: 'Visa', bank: 'B', region: 'R', address: 'A 1' };
  const wish = { ...text, price: 1, email: 'ana@example.com', run: '', distribution: '', clock: 1, key: '' };
  const origin = { traceId: '0af7651916cd43dd8448eb211c80319c', owner: '', secret: 's' };
  return place({ ...wish, language: 'es' }, {}, origin, { settings: trial.settings, clock: systemClock });
}

type Call = ClientReadableStream<WatchOrderResponse>;

/** Reads on until `count` transitions were told in all. */
async function versions(call: Call, told: number[], count: number): Promise<number[]> {
  while (told.length < count) {
    const next: WatchOrderResponse | null = call.read();
    if (next) told.push(next.transition?.version ?? 0);
    else await once(call, 'readable');
  }
  return told;
}

/** All transitions of a watch that ends by itself. */
async function whole(call: Call): Promise<number[]> {
  const told: number[] = [];
  call.on('data', ({ transition }: WatchOrderResponse) => told.push(transition?.version ?? 0));
  await once(call, 'end');
  return told;
}

test('a finished order is told from the first step to the last, and the watch ends', async () => {
  const order = newOrder();
  await trial.shop.write(order, lifeOf(order), 0);
  assert.deepEqual(await whole(trial.client.watchOrder({ orderId: order.orderId })), [1, 2, 3, 4, 5]);
});

test('steps are told as they happen, once and in order, though events repeat and come in any order', async () => {
  const order = newOrder();
  const life = lifeOf(order);
  await trial.shop.write(order, life.slice(0, 1), 0);
  const watch = trial.client.watchOrder({ orderId: order.orderId });
  const told = await versions(watch, [], 1);
  await trial.shop.write(order, life.slice(0, 2), 1);
  await trial.shop.tell(order, life.slice(1, 2));
  await versions(watch, told, 2);
  await trial.shop.write(order, life.slice(0, 4), 2);
  await trial.shop.tell(
    order,
    [3, 1, 2, 1, 3].flatMap((index) => life.slice(index, index + 1)),
  );
  await versions(watch, told, 4);
  const rest = whole(watch);
  await trial.shop.write(order, life, 4);
  await trial.shop.tell(order, life.slice(4));
  assert.deepEqual([...told, ...(await rest)], [1, 2, 3, 4, 5]);
});

test('an order that is not known yet is waited for', async () => {
  const order = newOrder();
  const watch = trial.client.watchOrder({ orderId: order.orderId });
  const told = whole(watch);
  await trial.shop.write(order, lifeOf(order), 0);
  await trial.shop.tell(order, lifeOf(order));
  assert.deepEqual(await told, [1, 2, 3, 4, 5]);
});

test('an order that nobody ever knows is NOT_FOUND after a while', async () => {
  const watch = trial.client.watchOrder({ orderId: newOrder().orderId });
  watch.resume();
  const [error] = await once(watch, 'error', { signal: AbortSignal.timeout(20_000) });
  assert.equal(error.code, status.NOT_FOUND);
});

test('many watchers share what is told, and one that hangs up disturbs no other', async () => {
  const orders = Array.from({ length: 50 }, newOrder);
  for (const order of orders) await trial.shop.write(order, lifeOf(order).slice(0, 2), 0);
  const watches = orders.flatMap(({ orderId }) => [1, 2].map(() => trial.client.watchOrder({ orderId })));
  const quitter = watches.pop() as Call;
  await once(quitter, 'data');
  const quit = once(quitter.resume(), 'error');
  quitter.cancel();
  const [error] = await quit;
  assert.equal(error.code, status.CANCELLED);
  const told = watches.map(whole);
  for (const order of orders) {
    await trial.shop.write(order, lifeOf(order), 2);
    await trial.shop.tell(order, lifeOf(order));
  }
  for (const versionsOfOne of await Promise.all(told)) assert.deepEqual(versionsOfOne, [1, 2, 3, 4, 5]);
});
