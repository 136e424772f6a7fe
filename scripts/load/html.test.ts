import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportPage } from './html.ts';
import { type LoadReport, runLoad } from './run.ts';
import { kafkaAway, startTestGateway } from './testGateway.fixture.ts';

async function report(): Promise<LoadReport> {
  const gateway = await startTestGateway((index) => (index === 5 ? kafkaAway : 'accept'));
  try {
    return await runLoad({ address: gateway.address, rate: 500, count: 20, run: 'r1' });
  } finally {
    gateway.stop();
  }
}

test('the page holds its styles, scripts and data, and asks nobody for anything', async () => {
  const page = await reportPage(await report());
  assert.doesNotMatch(page, /<(link|img|iframe)\b|\bsrc=|@import|url\(/i);
  assert.match(page, /default-src 'none'/);
  assert.match(page, /class="plot" id="rates"/);
  assert.match(page, /<script type="module">.{40000,}<\/script>/s);
  assert.match(page, /prefers-color-scheme: ?dark/);
  assert.match(page, /1 of 20 orders were not acknowledged: 1 UNAVAILABLE \(Kafka does not answer\)/);
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  assert.equal(JSON.parse(data).perSecond[0].planned, 20);
});

test('what a server answered never becomes a part of the page', async () => {
  const finished = await report();
  const errors = [{ code: 'UNKNOWN', orders: 1, reason: '</script><img onerror=alert(1)>' }];
  assert.doesNotMatch(await reportPage({ ...finished, errors }), /<img/);
});
