import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeHeaders } from './headers.ts';

const places = { consoleUrl: 'http://127.0.0.1:3000', consoleSocket: 'ws://127.0.0.1:3001' };

test('the policy lets the page talk to its socket by each of its names, and run nothing in place', () => {
  const { 'content-security-policy': policy = '', 'access-control-allow-origin': allowed } = safeHeaders(places);
  assert.match(policy, /connect-src 'self' ws:\/\/127\.0\.0\.1:3001 ws:\/\/localhost:3001;/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.equal(allowed, 'http://127.0.0.1:3000');
});
