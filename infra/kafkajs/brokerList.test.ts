import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokerList } from './brokerList.ts';

test('spaces around the brokers of a list mean nothing', () => {
  assert.deepEqual(brokerList('127.0.0.1:9, 127.0.0.1:19092 ,\ta:1'), ['127.0.0.1:9', '127.0.0.1:19092', 'a:1']);
});
