/** Time in the tests' form: a function's own stands still or goes on at once, and nobody else's is touched. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { on, textsOf, valuesOf } from './functions.fixture.ts';
import { trigger } from './trigger.ts';

/** Virtual ms, however many of them are real. */
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const nothing = () => undefined;

test('a function sleeps in virtual time; one that never ends is ended by its time-out', async () => {
  const work = async (event: KafkaEvent) => {
    await (textsOf(event).includes('hangs') ? new Promise(() => {}) : sleep(4000));
    return Date.now();
  };
  const ship = await trigger(work, on({ batchSize: 1 }, { timeout: 5, dispatcher: { maximumRetryAttempts: 0 } }));
  await ship.deliver(['sleeps', 'hangs', 'sleeps']);
  assert.deepEqual(
    ship.calls.map(({ milliseconds }) => milliseconds),
    [4000, 5000, 4000],
  );
  assert.equal(ship.calls[1]?.error?.name, 'Sandbox.Timedout');
  assert.equal(ship.calls[0]?.answer, (ship.calls[0]?.at ?? 0) + 4000);
});

test('what a function throws from a timer, and process.exit, end its call and nothing else', async () => {
  const work = async (event: KafkaEvent) => {
    const [text] = textsOf(event);
    if (text === 'exits') process.exit(3);
    if (text !== 'throws') return;
    setTimeout(() => {
      throw new RangeError('outside');
    }, 10);
    await sleep(1000);
  };
  const ship = await trigger(work, on({ batchSize: 1 }, { dispatcher: { maximumRetryAttempts: 0 } }));
  await ship.deliver(['throws', 'exits', 'good']);
  assert.deepEqual(
    ship.calls.map(({ error }) => error?.name),
    ['RangeError', 'Runtime.ExitError', undefined],
  );
});

test('what a function asks of the machine takes its real time, and none of the virtual time', async () => {
  const work = async () => (await readFile(import.meta.filename, 'utf8')).length;
  const ship = await trigger(work, on({}, { timeout: 1 }));
  await ship.deliver(['a']);
  assert.equal(ship.calls[0]?.answer, readFileSync(import.meta.filename, 'utf8').length);
  assert.equal(ship.calls[0]?.milliseconds, 0);
});

test('time stands still but in what is awaited: a call in flight can be looked at, and what comes meanwhile waits', async () => {
  const gate = Promise.withResolvers<void>();
  const ship = await trigger(() => gate.promise, on({ batchSize: 1 }));
  ship.send(['a', 'b']);
  await ship.until(() => ship.calls.length === 1);
  assert.deepEqual([ship.calls[0]?.milliseconds, ship.committed], [undefined, {}]);
  gate.resolve();
  await ship.until(() => ship.committed['orders-0'] === 2);
  assert.deepEqual(valuesOf(ship), ['a', 'b']);
});

test('two functions at the same time do not disturb each other, nor real timers', async () => {
  const [one, other] = await Promise.all([
    trigger(() => sleep(60_000), on({}, { timeout: 100 })),
    trigger(nothing, on()),
  ]);
  const real = new Promise<number>((resolve) => setTimeout(() => resolve(Date.now()), 1));
  const began = Date.now();
  await Promise.all([one.deliver(['a']), other.deliver(['b'])]);
  assert.deepEqual([one.calls[0]?.milliseconds, other.calls[0]?.milliseconds], [60_000, 0]);
  assert.ok((await real) - began < 50_000, 'a real timer rang in virtual time');
  assert.ok(Date.now() - began < 50_000);
});

test('two functions at the same time leave the variables that there were', async () => {
  const before = { ...process.env };
  const both = ['A', 'B'].map((TABLE, index) =>
    trigger(() => sleep(1000 * (index + 1)), on({}, { environment: { TABLE } })),
  );
  const [one, other] = await Promise.all(both);
  await Promise.all([one?.deliver(['a']), other?.deliver(['b'])]);
  assert.deepEqual({ ...process.env }, before);
});

test('a socket that was open before holds up no function that sleeps', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  try {
    const ship = await trigger(() => sleep(600_000), on({}, { timeout: 900 }));
    await ship.deliver(['a']);
    assert.equal(ship.calls[0]?.milliseconds, 600_000);
  } finally {
    client.destroy();
    server.close();
  }
});
