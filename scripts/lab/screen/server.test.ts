import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Message } from '../../../functions/messages/message.ts';
import { httpScreen } from '../../../functions/messages/screen.http.ts';
import { witness } from '../witness.ts';
import { startScreen } from './server.ts';

async function stage(context: TestContext) {
  const screen = await startScreen(0);
  context.after(() => screen.close());
  return { screen, port: httpScreen({ screenUrl: screen.url }) };
}

const batch = (first: number, count: number, length = 100): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: 'tweets',
    partition: 0,
    offset: first + index,
    producedAt: 1_700_000_000_000 + first + index,
    text: 'ñ'.repeat(length),
    at: 1,
  }));

test('every message reaches everybody who looks, in order', async (context) => {
  const { screen, port } = await stage(context);
  const viewers = await Promise.all([witness(screen.url), witness(screen.url)]);

  for (let first = 0; first < 5000; first += 1000) await port.show(batch(first, 1000));
  await Promise.all(viewers.map((viewer) => viewer.until(5000)));

  const [one, other] = viewers;
  assert.equal(screen.shown(), 5000);
  assert.equal(one?.seen(), 5000);
  assert.equal(one?.digest(), other?.digest());
  for (const viewer of viewers) viewer.close();
});

test('a viewer that does not read is not waited for: it is told how much it missed, and others miss nothing', async (context) => {
  const { screen, port } = await stage(context);
  const quick = await witness(screen.url);
  const slow = new WebSocket(`${screen.url.replace('http', 'ws')}/live`);
  await once(slow, 'open');
  slow.pause();
  let [seen, skipped] = [0, 0];
  slow.on('message', (data) => {
    const frame = JSON.parse(String(data));
    skipped = frame.skipped;
    seen += frame.messages?.length ?? 0;
  });

  for (let first = 0; first < 100_000; first += 1000) await port.show(batch(first, 1000, 300));
  await quick.until(100_000);
  slow.resume();
  // What waited for the slow viewer comes first; the frame after it tells what was skipped.
  while (seen + skipped < 100_000) {
    screen.tell({ producedPerSecond: 0, shownPerSecond: 0, produced: 0, shown: 0, lag: 0 });
    await once(slow, 'message');
  }

  assert.equal(quick.seen(), 100_000);
  assert.ok(skipped > 0, 'nothing was skipped');
  assert.equal(seen + skipped, 100_000);
  quick.close();
  slow.close();
});

test('without a screen the batch fails with what to do, so that its messages wait in Kafka', async () => {
  const nobody = httpScreen({ screenUrl: 'http://127.0.0.1:1' });

  await assert.rejects(nobody.show(batch(0, 1)), /npm run lab -- show/);
});

test('what is no batch is refused, another site is not let in, and the page is served', async (context) => {
  const { screen } = await stage(context);

  const refused = await fetch(`${screen.url}/messages`, { method: 'POST', body: '{"no":"batch"}' });
  const page = await fetch(screen.url);
  const elsewhere = new WebSocket(`${screen.url.replace('http', 'ws')}/live`, { origin: 'http://example.com' });
  const [error] = await once(elsewhere, 'error');

  assert.equal(refused.status, 400);
  assert.match(await page.text(), /Mensajes en vivo/);
  assert.match(String(error), /403/);
  assert.equal((await fetch(`${screen.url}/../server.ts`)).status, 404);
});

test('a taken port is said with what to do', async (context) => {
  const { screen } = await stage(context);
  const port = Number(new URL(screen.url).port);
  const probe = createConnection(port, '127.0.0.1');
  await once(probe, 'connect');
  probe.destroy();

  await assert.rejects(startScreen(port), /--port/);
});

test("another site's page can neither look at the screen nor put messages on it", async (context) => {
  const { screen } = await stage(context);
  for (const headers of [
    { origin: 'http://evil.example' },
    { host: 'evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const posting = request(`${screen.url}/messages`, { method: 'POST', headers });
    const [answer] = await once(posting.end('[{"id":"a","text":"b","at":1}]'), 'response');
    assert.equal(answer.statusCode, 403, JSON.stringify(headers));
    answer.resume();
  }
  assert.equal(screen.shown(), 0);
  assert.match((await fetch(screen.url)).headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});
