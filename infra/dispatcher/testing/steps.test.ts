/** What a test costs, in steps: they are the same on every machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../at.ts';
import { planOf } from '../config/mapping.ts';
import { Scenario } from './scenario.ts';

function scenarioOf(maximumBatchingWindow: number): { scenario: Scenario; requests: () => number } {
  const kafka = { topic: 'orders', bootstrapServers: ['127.0.0.1:9092'], maximumBatchingWindow };
  const functions = { ship: { handler: 'ship.handler', events: [{ kafka }] } };
  const plan = planOf({ functions }, import.meta.dirname, { given: new Set(['ship']) });
  const handlers = { ship: () => undefined };
  const scenario = new Scenario({ plan, handlers, topics: {}, seed: 1, now: 1_800_000_000_000 });
  let count = 0;
  scenario.kafka.trace.onArrival(() => count++);
  return { scenario, requests: () => count };
}

/** Requests that a start takes, and each of some deliveries after it. */
async function stepsOf(window: number): Promise<{ start: number; deliveries: number[]; milliseconds: number }> {
  const { scenario, requests } = scenarioOf(window);
  return scenario.in(async () => {
    await scenario.time.during(scenario.start());
    const start = requests();
    const since = scenario.time.now;
    const deliveries: number[] = [];
    for (const value of ['a', 'b', 'c']) {
      const before = requests();
      const end = at(scenario.append([value]), 0);
      assert.ok(await scenario.time.run(() => scenario.isDone(end), window * 2000), 'it is delivered');
      deliveries.push(requests() - before);
    }
    return { start, deliveries, milliseconds: scenario.time.now - since };
  });
}

test('a function is started by less than a score of requests, and a delivery takes three', async () => {
  const { start, deliveries, milliseconds } = await stepsOf(0.1);
  assert.ok(start <= 18, `${start} requests`);
  assert.ok(Math.max(...deliveries) <= 3, `${deliveries} requests`);
  assert.equal(milliseconds, 300);
});

test('a window that is three thousand times as long takes a few requests more', async () => {
  const { deliveries, milliseconds } = await stepsOf(300);
  assert.ok(Math.max(...deliveries) <= 12, `${deliveries} requests`);
  assert.equal(milliseconds, 900_000);
});
