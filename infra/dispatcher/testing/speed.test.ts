/** What it costs, as ratios: `--test-reporter=spec` tells the milliseconds too. The least of many is what a busy machine spoils least. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { trigger } from './trigger.ts';

const config = (maximumBatchingWindow: number) => ({
  events: [{ kafka: { topic: 'orders', bootstrapServers: ['127.0.0.1:9092'], maximumBatchingWindow } }],
});
const nothing = () => undefined;

async function leastOf(times: number, work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    const since = performance.now();
    await work();
    least = Math.min(least, performance.now() - since);
  }
  return least;
}

const tell = (context: TestContext, what: string, milliseconds: number) =>
  context.diagnostic(`${what}: ${milliseconds.toFixed(2)} ms at best`);

test('a window of 300 s takes little more than one of 0.1 s', async (context) => {
  const [short, long] = [await trigger(nothing, config(0.1)), await trigger(nothing, config(300))];
  const inShort = await leastOf(100, () => short.deliver(['a']));
  const inLong = await leastOf(100, () => long.deliver(['a']));
  tell(context, 'a delivery, window 0.1 s', inShort);
  tell(context, 'a delivery, window 300 s', inLong);
  assert.ok(inLong < inShort * 20, `${inLong} ms and ${inShort} ms`);
});

test('a function that is started costs no more than a few deliveries to one that is there', async (context) => {
  const there = await trigger(nothing, config(0.1));
  const deliver = await leastOf(100, () => there.deliver(['a']));
  const [since, before] = [performance.now(), process.cpuUsage()];
  const whole = await leastOf(200, async () => (await trigger(nothing, config(0.1))).deliver(['a']));
  const { user, system } = process.cpuUsage(before);
  const all = ((performance.now() - since) / 1000).toFixed(1);
  context.diagnostic(`200 scenarios: ${all} s, ${((user + system) / 1e6).toFixed(1)} s of the processor`);
  tell(context, 'a whole scenario', whole);
  assert.ok(whole < deliver * 25, `${whole} ms and ${deliver} ms`);
});
