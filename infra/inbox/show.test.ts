import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Mailbox } from './mailbox.ts';
import { httpSide } from './show.ts';

const attack = '<script>alert(1)</script>';
const mail = [
  `Subject: ${attack}`,
  `To: "${attack}" <a@example.com>`,
  `X-Despacho-Order: ${attack}`,
  'Content-Type: text/html',
  '',
  `<p>Hola</p>${attack}`,
].join('\r\n');

async function serve(context: TestContext, letters: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'despacho-'));
  const mailbox = await Mailbox.open(folder);
  for (const letter of letters) await mailbox.keep(Buffer.from(letter));
  const server = httpSide(mailbox).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(async () => {
    server.close();
    server.closeAllConnections();
    await mailbox.close();
    await rm(folder, { recursive: true });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('no word of a mail becomes markup of the pages, and its body can run nothing', async (context) => {
  const url = await serve(context, [mail]);
  for (const path of ['/', '/view/1', `/?order=${encodeURIComponent(attack)}`]) {
    const page = await (await fetch(url + path)).text();
    assert.ok(!page.includes('<script'), path);
    assert.ok(page.includes('&lt;script&gt;'), path);
  }
  const view = await (await fetch(`${url}/view/1`)).text();
  assert.match(view, /<iframe sandbox [^>]*src="\/view\/1\/body">/);
  const body = await fetch(`${url}/view/1/body`);
  assert.match(body.headers.get('content-security-policy') ?? '', /^default-src 'none'; .*; sandbox$/);
});

test('all letters are streamed as lines, some as JSON, one as it was sent', async (context) => {
  const letters = ['a', 'b', 'a'].map((run) => `X-Despacho-Run: ${run}\r\n\r\nHola`);
  const url = await serve(context, letters);

  const lines = await (
    await fetch(`${url}/messages?sort=oldest`, { headers: { accept: 'application/x-ndjson' } })
  ).text();
  const some = (await (await fetch(`${url}/messages?run=a&limit=1`)).json()) as { id: number }[];
  const one = await (await fetch(`${url}/messages/2`)).text();

  assert.deepEqual(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).run),
    ['a', 'b', 'a'],
  );
  assert.deepEqual(
    some.map(({ id }) => id),
    [3],
  );
  assert.equal(one, letters[1]);
});

test('what cannot be answered is refused by its name', async (context) => {
  const url = await serve(context, [mail]);
  const status = async (path: string, method = 'GET') => (await fetch(url + path, { method })).status;

  assert.equal(await status('/messages?limit=many'), 400);
  assert.match(await (await fetch(`${url}/messages?limit=many`)).text(), /^limit /);
  assert.equal(await status('/messages?colour=red'), 400);
  assert.equal(await status('/messages/2'), 404);
  assert.equal(await status('/messages/1', 'POST'), 405);
  assert.equal(await status('/messages/1', 'DELETE'), 400);
});

/** Both pages of the first letter, and µs that they took this thread. */
async function lookedAt(url: string) {
  const before = process.threadCpuUsage();
  const page = async (part: string) => (await fetch(`${url}/view/1${part}`)).text();
  const [view, body] = await Promise.all([page(''), page('/body')]);
  return { view, body, user: process.threadCpuUsage(before).user };
}

test('a letter of a million lines is looked at in little time, and says that it is not whole', async (context) => {
  const url = await serve(context, [`Subject: long\r\n\r\nfirst${'\n'.repeat(1_000_000)}last`]);
  const { view, body, user } = await lookedAt(url);
  assert.ok(user < 1_000_000);
  assert.match(view, /here is a part of it/);
  assert.match(body, /<pre>first/);
  assert.doesNotMatch(body, /last/);
});

test('a letter to addresses without end is looked at in little time, and says that it is not whole', async (context) => {
  const url = await serve(context, [`To: ${'{"a":'.repeat(20_000)}\r\nSubject: long\r\n\r\nfirst`]);
  const { view, body, user } = await lookedAt(url);
  assert.ok(user < 200_000);
  assert.match(view, /here is a part of it/);
  assert.match(body, /<pre>first/);
});

test('so many letters are never listed at once that memory would not do', async (context) => {
  const url = await serve(context, [mail]);
  assert.equal((await fetch(`${url}/messages?limit=10001`)).status, 400);
});

test("another site's page neither reads the letters nor frames them to count", async (context) => {
  const url = await serve(context, [mail]);
  for (const headers of [
    { host: 'evil.example' },
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const [answer] = await once(request(`${url}/messages`, { headers }).end(), 'response');
    assert.equal(answer.statusCode, 403, JSON.stringify(headers));
    answer.resume();
  }
  const { headers } = await fetch(url);
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/);
  assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
});
