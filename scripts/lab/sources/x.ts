/**
 * X's filtered stream, version 2: posts that match rules, one JSON object a line, over an HTTP answer that never ends.
 * The bearer token comes from X_BEARER_TOKEN and is written nowhere. The stream has no cursor:
 * what is posted while the connection is down is lost, so those seconds are counted.
 */
import { z } from 'zod';
import { postSchema } from '../../../functions/messages/message.ts';
import { systemClock, watchdog } from '../../../infra/clock.ts';
import { Mistake } from '../../../infra/faults.ts';
import { liveQueue } from './liveQueue.ts';
import { type Backoff, Disconnected, stayConnected } from './reconnect.ts';
import { noCounts, type Source } from './source.ts';
import type { Tracking } from './tracking.ts';

/** Used unless X_API_URL names another server. */
export const publicX = 'https://api.x.com';

/** X sends an empty line every 20 s; this many ms without any byte mean that the connection is dead. */
const silence = 30_000;

/** Marks the rules that are ours to remove. */
const ruleTag = 'despacho-lab';

const lineSchema = z.object({
  data: z.object({
    id: z.string(),
    text: z.string(),
    created_at: z.string(),
    lang: z.string().default(''),
    author_id: z.string().default(''),
  }),
  includes: z
    .object({ users: z.array(z.object({ id: z.string(), username: z.string(), name: z.string() })) })
    .partial()
    .optional(),
});
const rulesSchema = z.object({
  data: z.array(z.object({ id: z.string(), value: z.string(), tag: z.string().optional() })).default([]),
});

type Options = Readonly<{ token: string | undefined; url?: string; log(text: string): void; backoff?: Backoff }>;

/** The rule of X's query language for what is tracked. @throws Mistake without a word: X streams nothing without a rule */
export function ruleOf({ track, languages }: Tracking): string {
  if (track.length === 0) throw new Mistake('flag', '--source x needs --track: X streams only what matches a word');
  const any = (list: readonly string[]): string => `(${list.join(' OR ')})`;
  const words = any(track.map((word) => `"${word.replaceAll('"', '')}"`));
  return languages.length > 0 ? `${words} ${any(languages.map((language) => `lang:${language}`))}` : words;
}

/** @throws Mistake without a token */
export function filteredStream(tracking: Tracking, { token, url = publicX, log, backoff }: Options): Source {
  if (!token)
    throw new Mistake('flag', '--source x needs the environment variable X_BEARER_TOKEN, a token of your X project');
  const rule = ruleOf(tracking);
  const counts = noCounts();
  const queue = liveQueue(counts);
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { headers, signal: stop.signal };
  let lostAt: number | undefined;

  const take = (line: string): void => {
    if (line.trim() === '') return;
    counts.received++;
    const post = readPost(line);
    if (post) queue.push({ key: post.user.screen_name, value: JSON.stringify(post) });
    else counts.invalid++;
  };
  const hold = async (alive: () => void): Promise<never> => {
    await setRule(new URL('/2/tweets/search/stream/rules', url), init, rule);
    const query = 'tweet.fields=created_at,lang,author_id&expansions=author_id&user.fields=username,name';
    try {
      return await listen(new URL(`/2/tweets/search/stream?${query}`, url), init, take, () => {
        alive();
        if (lostAt !== undefined) counts.blindSeconds += (systemClock.monotonic() - lostAt) / 1000;
        lostAt = undefined;
      });
    } finally {
      lostAt ??= systemClock.monotonic();
    }
  };
  stayConnected({ hold, signal: stop.signal, counts, log, ...(backoff && { backoff }) }).then(
    () => queue.end(),
    (error) => queue.end(error),
  );
  return { kind: 'live', messages: queue.messages, counts, stop: () => stop.abort() };
}

function readPost(line: string): z.infer<typeof postSchema> | undefined {
  try {
    const { data, includes } = lineSchema.parse(JSON.parse(line));
    const { author_id: author, ...post } = data;
    const user = includes?.users?.find(({ id }) => id === author);
    return postSchema.parse({ ...post, user: { screen_name: user?.username ?? author, name: user?.name ?? '' } });
  } catch {
    return undefined;
  }
}

type Init = Readonly<{ headers: Record<string, string>; signal: AbortSignal }>;

/** @throws Disconnected; fatal where X refuses the token or the rule */
async function answer(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error) => {
    throw new Disconnected(`${url.host} cannot be reached (${error.cause?.code ?? error.message})`);
  });
  if (response.ok) return response;
  const { status } = response;
  await response.body?.cancel();
  const reset = Number(response.headers.get('x-rate-limit-reset')) * 1000 - systemClock.now();
  throw new Disconnected(`${url.host} answered ${status}`, {
    ...(status === 429 && reset > 0 && { retryAfter: reset }),
    fatal: status >= 400 && status < 500 && status !== 429,
  });
}

async function setRule(url: URL, init: Init, value: string): Promise<void> {
  const { data } = rulesSchema.parse(await (await answer(url, init)).json());
  const ours = data.filter(({ tag }) => tag === ruleTag);
  const post = (body: unknown) => answer(url, { ...init, method: 'POST', body: JSON.stringify(body) });
  const old = ours.filter((rule) => rule.value !== value);
  if (old.length > 0) await (await post({ delete: { ids: old.map(({ id }) => id) } })).arrayBuffer();
  if (old.length === ours.length) await (await post({ add: [{ value, tag: ruleTag }] })).arrayBuffer();
}

/** Rejects when the answer ends, breaks or falls silent. */
async function listen(
  url: URL,
  { headers, signal }: Init,
  onLine: (line: string) => void,
  onOpen: () => void,
): Promise<never> {
  const quiet = new AbortController();
  const watch = watchdog(systemClock, silence, () => quiet.abort());
  try {
    const response = await answer(url, { headers, signal: AbortSignal.any([signal, quiet.signal]) });
    onOpen();
    let rest = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      watch.reset();
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  } catch (error) {
    if (error instanceof Disconnected) throw error;
    throw new Disconnected(`the stream of ${url.host} broke off (${quiet.signal.aborted ? 'silence' : error})`);
  } finally {
    watch.cancel();
  }
  throw new Disconnected(`the stream of ${url.host} ended`);
}
