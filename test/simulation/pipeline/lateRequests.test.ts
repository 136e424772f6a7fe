import assert from 'node:assert/strict';
import { test } from 'node:test';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { VirtualTime } from '../../../infra/simulation/time.ts';

const { scheduleRequestTimeoutCheck, createSocketRequest, waitForPendingRequests, destroy } = RequestQueue.prototype;
const asInKafkajs = { scheduleRequestTimeoutCheck, createSocketRequest, waitForPendingRequests, destroy };
await import('./lateRequests.ts');
const ours = { ...asInKafkajs };
for (const name of Object.keys(asInKafkajs) as (keyof typeof asInKafkajs)[]) {
  Object.assign(ours, { [name]: RequestQueue.prototype[name] });
}

type Told = Readonly<{ happened: readonly string[]; timers: number }>;

/** What becomes of requests of which one is answered, one has a longer time-out, and two are late; then it is disconnected. */
async function run(by: typeof asInKafkajs): Promise<Told> {
  const prototype = Object.assign(RequestQueue.prototype, by);
  const time = new VirtualTime(1);
  try {
    const happened: string[] = [];
    const tell = (text: string) => happened.push(`${time.elapsed} ${text}`);
    let connected = true;
    const queue = new RequestQueue({
      ...{ maxInFlightRequests: 10, requestTimeout: 1000, enforceRequestTimeout: true },
      ...{ isConnected: () => connected, logger: { debug: () => undefined } },
    });
    assert.equal(Object.getPrototypeOf(queue), prototype);
    const ask = (correlationId: number, requestTimeout?: number) =>
      queue.push({
        entry: {
          correlationId,
          resolve: () => tell(`${correlationId} is answered`),
          reject: () => tell(`${correlationId} is late`),
        },
        ...{ expectResponse: true, sendRequest: () => undefined, ...(requestTimeout && { requestTimeout }) },
      });
    await time.pass(37);
    queue.scheduleRequestTimeoutCheck();
    ask(1);
    ask(2, 2500);
    await time.pass(63);
    ask(3);
    ask(4);
    await time.pass(500);
    queue.fulfillRequest({ correlationId: 3, payload: Buffer.alloc(0), size: 0 });
    await time.pass(3000);
    ask(5);
    await time.pass(900);
    connected = false;
    void queue.waitForPendingRequests().then(() => tell('nothing waits'));
    await time.pass(3000);
    return { happened, timers: time.timers };
  } finally {
    time.uninstall();
    Object.assign(RequestQueue.prototype, ours);
  }
}

test('a request is late at the very moment at which it is in kafkajs, and none is once the connection is closed', async () => {
  const told = await run(ours);
  assert.deepEqual(told, await run(asInKafkajs));
  assert.deepEqual(
    told.happened.map((line) => line.replace(/^\d+ /, '')),
    ['3 is answered', '1 is late', '4 is late', '2 is late'],
  );
});
