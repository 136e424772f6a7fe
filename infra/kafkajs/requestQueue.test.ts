import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import './requestQueue.ts';

const newQueue = () => new RequestQueue({ maxInFlightRequests: 10, requestTimeout: 1000, logger: { debug() {} } });
const request = (correlationId: number, sendRequest: () => void) => {
  return { entry: { correlationId }, expectResponse: true, sendRequest };
};

test('a connection with nothing to send sets no timer', () => {
  const timers = mock.method(globalThis, 'setTimeout');
  newQueue().checkPendingRequests();
  timers.mock.restore();
  assert.equal(timers.mock.callCount(), 0);
});

test('what the broker throttles is sent when the throttle is over', async () => {
  const queue = newQueue();
  const throttled = performance.now();
  queue.maybeThrottle(50);
  await new Promise<void>((resolve) => queue.push(request(1, resolve)));
  assert.ok(performance.now() - throttled > 45);
});
