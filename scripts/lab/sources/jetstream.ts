/**
 * Bluesky's public stream of posts, which needs no account: Jetstream, JSON over WebSocket. Every event carries
 * a cursor (microseconds); coming back with the last one brings what was missed meanwhile, as far as the server keeps it.
 */
import { z } from 'zod';
import { postSchema } from '../../../functions/messages/message.ts';
import { systemClock, watchdog } from '../../../infra/clock.ts';
import { readJson } from '../../../infra/json.ts';
import { liveQueue } from './liveQueue.ts';
import { type Backoff, Disconnected, stayConnected } from './reconnect.ts';
import { noCounts, type Source, type SourceCounts } from './source.ts';
import { type Tracking, tracker } from './tracking.ts';

/** Used unless JETSTREAM_URL names another server. */
export const publicJetstream = 'wss://jetstream2.us-east.bsky.network/subscribe';

/** ms without any event after which the connection is taken for dead. */
const silence = 30_000;

/** The server's clock and a resumed stream differ by less than this; more is a hole that it no longer had. */
const holeMicroseconds = 10_000_000;

const eventSchema = z.object({ did: z.string(), time_us: z.number().int(), kind: z.string(), commit: z.unknown() });
const commitSchema = z.object({
  operation: z.literal('create'),
  rkey: z.string(),
  record: z.object({ text: z.string(), createdAt: z.string(), langs: z.array(z.string()).optional() }),
});

type Options = Readonly<{ url?: string; log(text: string): void; backoff?: Backoff }>;

/** As the lab's posts have it. @param did who wrote it */
const rawPost = (did: string, { rkey, record }: z.infer<typeof commitSchema>) => ({
  id: `${did}/${rkey}`,
  created_at: record.createdAt,
  lang: record.langs?.[0] ?? '',
  text: record.text,
  user: { screen_name: did },
});

/** The post, if it is one and wanted; counted either way. */
function sift(raw: ReturnType<typeof rawPost>, wanted: ReturnType<typeof tracker>, counts: SourceCounts) {
  counts.received++;
  const read = postSchema.safeParse(raw);
  if (!read.success) counts.invalid++;
  else if (wanted(read.data)) return read.data;
  else counts.filtered++;
  return undefined;
}

/** Posts as they are written, tracked and filtered here, each once. */
export function jetstream(tracking: Tracking, { url = publicJetstream, log, backoff }: Options): Source {
  const counts = noCounts();
  const queue = liveQueue(counts);
  const stop = new AbortController();
  const wanted = tracker(tracking);
  let cursor = 0;
  let resumed = false;

  /** @returns whether the frame was an event */
  const take = (frame: string): boolean => {
    const event = eventSchema.safeParse(readJson(frame));
    if (!event.success) {
      counts.invalid++;
      return false;
    }
    const { did, time_us: time, commit } = event.data;
    // The server gives the cursor's own event again.
    if (time <= cursor) return true;
    if (resumed && time - cursor > holeMicroseconds) counts.blindSeconds += (time - cursor) / 1e6;
    resumed = false;
    cursor = time;
    const post = commitSchema.safeParse(commit);
    if (!post.success) return true;
    const read = sift(rawPost(did, post.data), wanted, counts);
    if (read) queue.push({ key: did, value: JSON.stringify(read) });
    return true;
  };

  const hold = (alive: () => void): Promise<never> =>
    listen(address(url, cursor), stop.signal, (frame) => {
      if (take(frame)) alive();
    }).finally(() => {
      resumed = cursor > 0;
    });
  stayConnected({ hold, signal: stop.signal, counts, log, ...(backoff && { backoff }) }).then(
    () => queue.end(),
    queue.end,
  );
  return { kind: 'live', messages: queue.messages, counts, stop: () => stop.abort() };
}

function address(url: string, cursor: number): URL {
  const full = new URL(url);
  full.searchParams.set('wantedCollections', 'app.bsky.feed.post');
  if (cursor > 0) full.searchParams.set('cursor', String(cursor));
  return full;
}

/** Rejects when the connection is over, however it ends. */
function listen(url: URL, signal: AbortSignal, onFrame: (frame: string) => void): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const socket = new WebSocket(url);
  const watch = watchdog(systemClock, silence, () => socket.close());
  const abort = () => socket.close();
  signal.addEventListener('abort', abort, { once: true });
  socket.addEventListener('message', ({ data }) => {
    watch.reset();
    onFrame(String(data));
  });
  const over = (reason: string) => {
    watch.cancel();
    signal.removeEventListener('abort', abort);
    reject(new Disconnected(`the stream at ${url.host} ${reason}`));
  };
  socket.addEventListener('close', ({ code }) => over(`ended (${code})`));
  socket.addEventListener('error', () => over('cannot be reached'));
  if (signal.aborted) abort();
  return promise;
}
