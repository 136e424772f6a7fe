import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Progress, Step } from '../../functions/orders/records.ts';
import { systemClock } from '../clock.ts';
import { Watches } from './watches.ts';

/** A watcher who hears nothing; `told` is how its call ended. */
function watcher(name: string) {
  const told: (Error & { code?: number })[] = [];
  const call = Object.assign(new EventEmitter(), { write: () => true, end: () => undefined });
  call.on('error', (error) => told.push(error));
  return { name, call: call as unknown as Parameters<Watches['add']>[1], told };
}

test('one caller does not lock the other watchers out', () => {
  const watches = new Watches(
    { load: async (ids: readonly string[]) => ids.map(() => undefined) } as never,
    systemClock,
  );
  const greedy = Array.from({ length: 10_000 }, () => watcher('10.0.0.1'));
  const add = ({ call, name }: ReturnType<typeof watcher>) => watches.add('an order', call, { name, owns: () => true });
  greedy.forEach(add);
  assert.equal(greedy.filter(({ told }) => told.length === 0).length, 1000);
  assert.equal(greedy.at(-1)?.told[0]?.code, status.RESOURCE_EXHAUSTED);

  const customer = watcher('10.0.0.2');
  add(customer);
  assert.deepEqual(customer.told, []);
  greedy[0]?.call.emit('cancelled');
  const again = watcher('10.0.0.1');
  add(again);
  assert.deepEqual(again.told, [], 'whoever leaves makes room');
  watches.stop();
});

test('a step of which no event came is told all the same, and nobody is looked at when nobody watches', async () => {
  const order = sampleOrder();
  const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: 1 };
  const last: Step = { version: 2, command: 'cancel', from: 'processing', to: 'cancelled', at: 2 };
  let known: Progress = { order, history: [first] };
  let [look, cancelled] = [() => {}, false];
  const every = (_milliseconds: number, call: () => void) => {
    look = call;
    const cancel = () => {
      cancelled = true;
    };
    return { cancel };
  };
  const watches = new Watches({ load: async () => [known] } as never, { ...systemClock, every });
  const heard = new EventEmitter();
  const call = Object.assign(new EventEmitter(), {
    write: () => heard.emit('step'),
    end: () => heard.emit('end'),
  }) as unknown as Parameters<Watches['add']>[1];

  const told = once(heard, 'step');
  watches.add(order.orderId, call, { name: 'one', owns: () => true });
  await told;
  known = { order, history: [first, last] };
  const ended = once(heard, 'end');
  look();
  await ended;
  assert.ok(cancelled);
});
