import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../../ownFolder.fixture.ts';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { on, textsOf, valuesOf } from './functions.fixture.ts';
import { trigger } from './trigger.ts';

const nothing = () => undefined;

test('a function gets what is delivered; what it answers, and up to where all is done, can be looked at', async () => {
  const ship = await trigger((event: KafkaEvent) => textsOf(event).join(), on());
  const calls = await ship.deliver(['a', 'b', { value: { order: 1 } }]);
  assert.deepEqual(calls, ship.calls);
  assert.deepEqual(
    ship.calls.map(({ values, answer, attempt }) => ({ values, answer, attempt })),
    [{ values: ['a', 'b', '{"order":1}'], answer: 'a,b,{"order":1}', attempt: 1 }],
  );
  assert.deepEqual(ship.committed, { 'orders-0': 3 });
});

test('a batch that fails is tried again, split until the bad record is alone, and that one is given up', async () => {
  const fails = (event: KafkaEvent) => {
    if (textsOf(event).includes('bad')) throw new RangeError('bad record');
  };
  const dispatcher = { maximumRetryAttempts: 1, bisectBatchOnFunctionError: true };
  const ship = await trigger(fails, on({ onFailureDestination: 'kafka://orders.dead' }, { dispatcher }));
  await ship.deliver(['a', 'b', 'bad', 'c']);
  assert.deepEqual(valuesOf(ship), ['a,b,bad,c', 'a,b', 'bad,c', 'bad', 'bad', 'c']);
  assert.deepEqual(ship.calls[0]?.error?.name, 'RangeError');
  assert.deepEqual(
    ship.deadLetters.map(({ destination, condition, values }) => ({ destination, condition, values })),
    [{ destination: 'kafka://orders.dead', condition: 'RetryAttemptsExhausted', values: ['bad'] }],
  );
  assert.deepEqual(ship.committed, { 'orders-0': 4 });
});

test('what would go to a queue is a dead letter with its records, and nothing is sent or written', async () => {
  const arn = 'arn:aws:sqs:us-east-1:000000000000:failed';
  const fails = () => Promise.reject(new Error('never'));
  const ship = await trigger(fails, on({ onFailureDestination: arn }, { dispatcher: { maximumRetryAttempts: 0 } }));
  await ship.deliver(['a', 'b']);
  const [letter] = ship.deadLetters;
  assert.deepEqual([letter?.destination, letter?.values], [arn, ['a', 'b']]);
});

test('a function finds its variables, and they are gone afterwards', async () => {
  const work = () => [process.env.TABLE, process.env.IS_OFFLINE, process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE];
  const ship = await trigger(work, on({}, { memorySize: 256, environment: { TABLE: 'orders' } }));
  await ship.deliver(['a']);
  assert.deepEqual(ship.calls[0]?.answer, ['orders', 'true', '256']);
  assert.equal(process.env.TABLE, undefined);
});

test('after a stop reading goes on where it was; LATEST and a backlog are as they are in production', async () => {
  const ship = await trigger(nothing, on({ startingPosition: 'LATEST' }));
  ship.send(['before']);
  await ship.deliver(['a']);
  await ship.stop();
  ship.send(['while away']);
  await ship.deliver(['b']);
  assert.deepEqual(valuesOf(ship), ['a', 'while away,b']);
});

test('what is not done in time is told, with the last error', async () => {
  const ship = await trigger(() => Promise.reject(new Error('no table')), on());
  await assert.rejects(
    ship.deliver(['a'], { within: 60 }),
    /not done within 60 s: orders-0 up to 1 \(committed: 0\); there were \d+ calls, the last ended with Error: no table/,
  );
});

test('what is given wrong is refused by name', async () => {
  const ship = await trigger(nothing, on());
  assert.throws(() => ship.send([{ val: 1 } as never]), /records\.0: .*"val"/);
  assert.throws(() => ship.send([{ value: 1, partition: 1 }]), /records\.0\.partition: orders has 1/);
  assert.throws(() => ship.send([{ value: 1, topic: 'x' }]), /records\.0\.topic: the function reads no topic "x"/);
  for (const batchSize of [0, 1n, () => 1]) {
    await assert.rejects(trigger(nothing, on({ batchSize })), /functions\.nothing\.events\.0\.kafka\.batchSize/);
  }
  const [first, second] = [ship.deliver(['a']), ship.deliver(['b'])];
  await assert.rejects(second, /await the deliver/);
  await first;
});

test('records of one key are in one partition, and partitions are read each in its order', async () => {
  const ship = await trigger(nothing, on({ batchSize: 1 }), { partitions: 3 });
  const keys = ['a', 'b', 'c', 'd', 'e', 'a', 'b'];
  await ship.deliver(keys.map((key, at) => ({ key, value: { at } })));
  assert.ok(Object.keys(ship.committed).length > 1);
  const partitions = ship.calls.flatMap(({ event }) => Object.keys(event.records));
  assert.equal(partitions.length, 7);
});

test('a function of a service is called by its name, or another handler in its place', async () => {
  const functions = { ship: { handler: 'ship.handler', ...on({ batchSize: 2 }) } };
  const custom = { dispatcher: { secrets: { kafka: { env: 'NOT_THERE' } }, functions: { ship: { ordering: 'key' } } } };
  const folder = ownFolder({
    'service.json': JSON.stringify({ service: 'shop', functions, custom }),
    'ship.mjs': 'export const handler = () => process.env.AWS_LAMBDA_FUNCTION_NAME;\n',
  });
  const source = { directory: folder, config: join(folder, 'service.json') };
  const ship = await trigger('ship', source);
  await ship.deliver(['a', 'b', 'c']);
  assert.deepEqual(
    [ship.calls.map(({ answer }) => answer), valuesOf(ship)],
    [
      ['ship', 'ship'],
      ['a,b', 'c'],
    ],
  );
  const stub = await trigger('ship', { ...source, handler: () => 'stub' });
  await stub.deliver(['a']);
  assert.equal(stub.calls[0]?.answer, 'stub');
  await assert.rejects(trigger('shop', source), /no function "shop" has a kafka or msk event; these have one: ship/);
});
