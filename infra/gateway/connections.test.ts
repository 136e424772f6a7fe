import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { Caller } from './caller.ts';
import { Connections } from './connections.ts';

const share = { perSecond: 1, perRecipient: 1, connections: 2 };

test('a caller has no more connections than its share, from however many machines, and whoever leaves makes room', () => {
  const connections = new Connections();
  const [shop, desk, tester] = [
    new Caller('shop', ['place'], share),
    new Caller('desk', ['operate'], share),
    new Caller('tester', ['load'], share),
  ];
  const sockets = [1, 2, 3].map((machine) => {
    const socket = Object.assign(new EventEmitter(), { remoteAddress: `10.0.0.${machine}`, remotePort: 4711 });
    connections.meet(socket as unknown as Socket);
    return socket;
  });
  const call = (caller: Caller, machine: number) => connections.use(caller, `10.0.0.${machine}:4711`);
  for (const machine of [1, 2, 1]) call(shop, machine);
  assert.throws(() => call(shop, 3), { code: status.RESOURCE_EXHAUSTED });
  for (const machine of [1, 2, 3]) call(tester, machine);
  for (const machine of [3, 1]) call(desk, machine);
  sockets[0]?.emit('close');
  call(shop, 3);
  call(desk, 2);
});
