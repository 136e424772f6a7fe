import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from '../http/guard.ts';
import { gatesOf, guardListeners } from './listeners.ts';

const places = { consoleUrl: 'http://127.0.0.1:3000', consoleSocket: 'ws://127.0.0.1:3001', consoleAddress: '' };

test('a host that the network reaches is refused: nothing asks who calls a function', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.7', 'shop.example']) {
    assert.throws(() => guardListeners({ host }, places), new RegExp(`--host ${host} would open every function`));
  }
});

test('the console may talk to its own ports, and not to the one of all functions', () => {
  const gates = gatesOf({ httpPort: '4000' }, places);
  const asked = (port: number) => ({
    method: 'POST',
    url: '/',
    headers: { host: `127.0.0.1:${port}`, origin: 'http://localhost:3000' },
  });
  assert.equal(refusal(asked(4000), gates.get(4000)), undefined);
  assert.equal(refusal(asked(3001), gates.get(3001)), undefined);
  assert.match(refusal(asked(3002), gates.get(3002)) ?? '', /other sites/);
});

test("another user of this machine calls no function, and reads the console only where a proxy's address is told", () => {
  const anyUser = (consoleUrl: string) => {
    const gates = gatesOf({}, { ...places, consoleUrl });
    return [3000, 3001, 3002].map((port) => gates.get(port)?.anyUser ?? false);
  };
  assert.deepEqual(anyUser(places.consoleUrl), [false, false, false]);
  assert.deepEqual(anyUser('https://shop.example'), [true, true, false]);
});
