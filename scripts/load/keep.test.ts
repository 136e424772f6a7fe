import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { documentsOf } from './keep.ts';
import { Outcomes } from './outcomes.ts';

test('each second tells what was planned, sent and answered in it', () => {
  const moments = Float64Array.from([0, 500, 999, 1500, 1600]);
  const outcomes = new Outcomes(5);
  for (const [index, moment] of [0, 501, 1001].entries()) outcomes.send(index, moment);
  outcomes.acknowledge(0, 900, 'a');
  outcomes.acknowledge(1, 1400, 'b');
  outcomes.fail(2, 2000, status.UNAVAILABLE, 'away');
  outcomes.giveUp(3, 'late');
  const load = { run: 'r', distribution: 'burst' } as const;
  const documents = documentsOf({ load, plan: { moments }, outcomes, startedAt: 1_000_000 });
  const counts = documents.map(({ id, body }) => [
    id,
    body['@timestamp'],
    ...['planned', 'sent', 'acknowledged', 'failed'].map((name) => body[`despacho.load.${name}`]),
  ]);
  assert.deepEqual(counts, [
    ['r-1000000-0', '1970-01-01T00:16:40.000Z', 3, 2, 1, 0],
    ['r-1000000-1', '1970-01-01T00:16:41.000Z', 2, 1, 1, 0],
    ['r-1000000-2', '1970-01-01T00:16:42.000Z', 0, 0, 0, 1],
  ]);
  assert.ok(documents.every(({ body }) => body['despacho.run'] === 'r' && body['despacho.distribution'] === 'burst'));
});
