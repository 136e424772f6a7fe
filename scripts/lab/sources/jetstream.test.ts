import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { jetstream } from './jetstream.ts';
import type { Produced, Source } from './source.ts';

/** A recording made by us, of posts that nobody wrote: event n has the cursor 1,000,000 × (n + 1). */
const recording = Array.from({ length: 40 }, (_, number) => ({
  did: `did:plc:invented${number % 3}`,
  time_us: 1_000_000 * (number + 1),
  kind: 'commit',
  commit: {
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: `post${number}`,
    record: { text: `Post ${number} de Chile 🌋`, createdAt: '2026-01-02T03:04:05.678Z', langs: ['es'] },
  },
}));

/** A small real Jetstream: plays the recording from the cursor on, and hangs up where it is told to. */
async function stage(context: TestContext, breaksAfter: number[], edit = (event: object): unknown => event) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  context.after(() => server.close());
  const cursors: number[] = [];
  server.on('connection', (socket: WebSocket, request) => {
    const cursor = Number(new URL(request.url ?? '', 'http://stage').searchParams.get('cursor') ?? 0);
    cursors.push(cursor);
    const left = recording.filter(({ time_us }) => time_us >= cursor);
    const part = left.slice(0, breaksAfter.shift() ?? left.length);
    for (const event of part) socket.send(JSON.stringify(edit(event)));
    if (part.length < left.length) socket.close(1012);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}/subscribe`, cursors };
}

const quick = { first: 5, most: 20 };
const log = () => undefined;

async function take(source: Source, count: number): Promise<Produced[]> {
  assert.equal(source.kind, 'live');
  if (source.kind !== 'live') return [];
  const taken: Produced[] = [];
  for await (const message of source.messages) if (taken.push(message) === count) break;
  source.stop();
  return taken;
}

test('every post comes once and in order, however often the stream breaks', async (context) => {
  const { url, cursors } = await stage(context, [7, 1, 12]);
  const source = jetstream({ track: [], languages: [] }, { url, log, backoff: quick });

  const taken = await take(source, recording.length);

  const ids = taken.map(({ value }) => JSON.parse(value).id);
  assert.deepEqual(
    ids,
    recording.map(({ did, commit }) => `${did}/${commit.rkey}`),
  );
  assert.equal(cursors.length, 4);
  assert.deepEqual(cursors.slice(0, 2), [0, 7_000_000]);
  assert.ok(source.kind === 'live' && source.counts.reconnects >= 3);
});

test('what the server no longer had is counted in seconds', async (context) => {
  const { url } = await stage(context, [5], (event) => {
    const { time_us, ...rest } = event as (typeof recording)[number];
    return { ...rest, time_us: time_us > 5_000_000 ? time_us + 60_000_000 : time_us };
  });
  const source = jetstream({ track: [], languages: [] }, { url, log, backoff: quick });

  await take(source, 10);

  assert.ok(source.kind === 'live' && source.counts.blindSeconds >= 60 && source.counts.blindSeconds < 62);
});

test('only tracked words and languages pass; what is no post is counted', async (context) => {
  const { url } = await stage(context, [], (event) => {
    const { commit, time_us } = event as (typeof recording)[number];
    return commit.rkey === 'post3' ? 'nonsense' : { ...event, kind: 'commit', time_us };
  });
  const source = jetstream({ track: ['post 1'], languages: ['es'] }, { url, log, backoff: quick });

  const taken = await take(source, 11);

  assert.equal(taken.length, 11);
  assert.ok(source.kind === 'live' && source.counts.invalid === 1);
});
