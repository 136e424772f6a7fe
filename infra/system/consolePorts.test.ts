import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consolePorts } from './consolePorts.ts';

test('the console listens where its addresses say, or at the usual ports', () => {
  assert.deepEqual(consolePorts({}, {}), { httpPort: 3000, websocketPort: 3001 });
  const moved = { DESPACHO_CONSOLE_URL: 'http://localhost:4000', DESPACHO_CONSOLE_SOCKET: 'ws://localhost:4001' };
  assert.deepEqual(consolePorts({}, moved), { httpPort: 4000, websocketPort: 4001 });
});

test('a flag moves the address that nobody has set', () => {
  const environment: NodeJS.ProcessEnv = { DESPACHO_CONSOLE_URL: 'http://console.example' };
  consolePorts({ httpPort: '4000', websocketPort: '4001' }, environment);
  assert.deepEqual(environment, {
    DESPACHO_CONSOLE_URL: 'http://console.example',
    DESPACHO_CONSOLE_SOCKET: 'ws://127.0.0.1:4001',
  });
});

test("a proxy's address says nothing of our ports", () => {
  const proxy = {
    DESPACHO_CONSOLE_URL: 'https://console.example:8443',
    DESPACHO_CONSOLE_SOCKET: 'wss://console.example',
  };
  assert.deepEqual(consolePorts({}, proxy), {});
});

test('behind the door page and WebSocket have one address', () => {
  const environment: NodeJS.ProcessEnv = {
    DESPACHO_CONSOLE_ADDRESS: '0.0.0.0:8443',
    DESPACHO_CONSOLE_URL: 'https://console.example:8443',
  };
  assert.deepEqual(consolePorts({ websocketPort: '4001' }, environment), {});
  assert.equal(environment.DESPACHO_CONSOLE_SOCKET, 'wss://console.example:8443');
});
