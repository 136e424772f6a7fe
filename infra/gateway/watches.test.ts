import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
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
