import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labRunName } from '../../functions/messages/labRun.ts';
import { functionsOnly } from './lagRecord.ts';

test('a run of the lab does not stand among the functions, and a function that stores messages does', () => {
  const lag = (group: string, topic: string) => ({ group, topic, partitions: [1] });
  const lags = [
    lag('ship', 'orders.ship'),
    lag(labRunName('20260102T030405', 'counter', 'redis', 'live'), 'numtest'),
    lag('saveRedis', 'tweets'),
  ];
  assert.deepEqual(
    functionsOnly(lags).map(({ group }) => group),
    ['ship', 'saveRedis'],
  );
});
