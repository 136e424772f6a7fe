import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../infra/clock.ts';
import type { LogRecord } from '../runtime/ports.ts';
import { ownMetrics } from './writeMetrics.ts';

test('while Elasticsearch takes no document of the invocation, its dead letters are not stored at each attempt', async () => {
  const published: LogRecord[] = [];
  const log = { publish: async (records: readonly LogRecord[]) => void published.push(...records) };
  let refuses = true;
  const documents = {
    create: async () => {
      if (refuses) throw new Error('429');
      return [];
    },
  };
  const metrics = ownMetrics({ documents, log });
  const ports = { clock: systemClock, log, metrics };
  const ended = {
    invocation: { name: 'index', ports, now: 0, attempt: 1, retries: 0 },
    ...{ records: [], cold: false, requestId: 'x', milliseconds: 1 },
    outcome: {
      counts: { applied: 0, repeated: 0, ignored: 0, dead: 1 },
      ...{ failed: [], documents: [], records: [{ topic: 'metrics.documents.dead', key: 'x', value: '' }] },
    },
  };
  await assert.rejects(metrics.write(ended));
  assert.deepEqual(published, []);
  refuses = false;
  await metrics.write(ended);
  assert.equal(published.length, 1);
});
