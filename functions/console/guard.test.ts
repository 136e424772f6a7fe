import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOurHost, isOurOrigin, refusal, safeHeaders } from './guard.ts';

const places = { consoleUrl: 'http://127.0.0.1:3000', consoleSocket: 'ws://127.0.0.1:3001' };
const elsewhere = { consoleUrl: 'https://console.example', consoleSocket: 'wss://socket.example' };
const host = '127.0.0.1:3000';
const token = 'a'.repeat(64);
const get = (headers: Record<string, string>) => refusal({ method: 'GET', headers }, places, '');

test("this machine's own names are ours at our port, and no other name or port", () => {
  for (const name of ['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST:3000'])
    assert.ok(isOurHost(name, places.consoleUrl));
  for (const name of ['127.0.0.1', '127.0.0.1:3001', 'evil.example:3000', 'localhost.evil.example:3000', undefined]) {
    assert.ok(!isOurHost(name, places.consoleUrl), name);
  }
  assert.ok(!isOurHost('localhost', elsewhere.consoleUrl), 'a console elsewhere has one name');
});

test('an origin is ours with its scheme, name and port', () => {
  assert.ok(isOurOrigin('http://localhost:3000', places));
  for (const origin of ['https://localhost:3000', 'http://localhost:5173', 'null', '', undefined]) {
    assert.ok(!isOurOrigin(origin, places), origin);
  }
});

test('reading needs our host and no foreign page', () => {
  assert.equal(get({ host }), undefined);
  assert.equal(get({ host, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }), undefined);
  assert.match(get({ host: 'evil.example' }) ?? '', /Ask for 127\.0\.0\.1:3000/);
  assert.match(get({ host, origin: 'http://evil.example' }) ?? '', /other sites/);
  assert.match(get({ host, 'sec-fetch-site': 'cross-site' }) ?? '', /other sites/);
});

test('changing needs the token too', () => {
  const change = (given: string | undefined) =>
    refusal({ method: 'POST', headers: { host, 'x-despacho-token': given } }, places, token);
  assert.equal(change(token), undefined);
  for (const wrong of [undefined, '', token.slice(1), 'b'.repeat(64)]) assert.match(change(wrong) ?? '', /token/);
});

test('the policy lets the page talk to its socket by each of its names, and run nothing in place', () => {
  const { 'content-security-policy': policy = '', 'access-control-allow-origin': allowed } = safeHeaders(places);
  assert.match(policy, /connect-src 'self' ws:\/\/127\.0\.0\.1:3001 ws:\/\/localhost:3001;/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.equal(allowed, 'http://127.0.0.1:3000');
});
