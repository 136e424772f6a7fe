import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DispatcherStats } from './dispatcher.ts';
import { serveProbes } from './probes.ts';
import { newStats } from './stats.ts';

test('probes: alive, ready when every mapping is, and numbers for Prometheus', async () => {
  const mapping = {
    ...newStats(),
    records: 7,
    deadLetters: 2,
    functionName: 'ship',
    topic: 'orders',
    consumerGroupId: 'shippers',
    ready: false,
    inFlight: 3,
    partitions: [{ topic: 'orders', partition: 1, committed: 5, lag: 4, queued: 4, commitAge: 1500 }],
  };
  const stats: DispatcherStats = {
    mappings: { 'ship:orders': mapping },
    coldStarts: { ship: { count: 1, milliseconds: 90 } },
  };
  let dispatcher: { stats(): DispatcherStats } | undefined;
  const probes = await serveProbes(() => dispatcher, 0);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${probes.port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  try {
    assert.equal((await get('/health')).status, 200);
    assert.deepEqual(await get('/ready'), { status: 503, text: 'not ready: starting\n' });
    dispatcher = { stats: () => stats };
    assert.deepEqual(await get('/ready'), { status: 503, text: 'not ready: shippers\n' });
    mapping.ready = true;
    assert.equal((await get('/ready')).status, 200);
    for (const path of ['/nothing', '//', '/toString', '/%']) assert.equal((await get(path)).status, 404, path);
    assert.equal((await get('/health?x=1')).status, 200);
    const { text } = await get('/metrics');
    for (const line of [
      'dispatcher_records_total{function="ship",topic="orders"} 7',
      'dispatcher_dead_letters_total{function="ship",topic="orders"} 2',
      'dispatcher_in_flight{function="ship",topic="orders"} 3',
      'dispatcher_lag{function="ship",topic="orders",partition="1"} 4',
      'dispatcher_commit_age_seconds{function="ship",topic="orders",partition="1"} 1.5',
      'dispatcher_cold_starts_total{function="ship"} 1',
      'OnFailureDestinationDeliveredEventCount{function="ship",topic="orders"} 2',
      'OffsetLag{function="ship",topic="orders",partition="1"} 4',
      'MaxOffsetLag{function="ship",topic="orders"} 4',
    ]) {
      assert.ok(text.includes(line), line);
    }
  } finally {
    await probes.close();
  }
});
