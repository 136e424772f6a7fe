/** Talks with the server. */
import type { Answers } from '../api.ts';
import { personalPaths } from '../personal.ts';
import type { Snapshot } from '../snapshot.ts';

/** What the page knows from its start: token, labels of states and commands, links. */
export let session: Answers['GET /api/session'];

/** Must be done before anything reads `session` or calls `change`. @throws Error with the reason */
export async function openSession(): Promise<typeof session> {
  session = await get('/api/session');
  return session;
}

async function request<R extends keyof Answers>(path: string, options: RequestInit = {}): Promise<Answers[R]> {
  const response = await fetch(path, { ...options, cache: 'no-store' });
  const answer = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

type PathOf<M extends string, R = keyof Answers> = R extends `${M} ${infer P}` ? P : never;
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Whether whoever looks has asked for what is personal, on this browser. */
export const showsPersonal = (): boolean => localStorage.getItem('personal') === 'true';

/** Query values that are empty are left out. @throws Error with the reason */
export function get<P extends PathOf<'GET'>>(path: P, query: Query = {}): Promise<Answers[`GET ${P}`]> {
  const all = showsPersonal() && personalPaths.some((one) => one === path) ? { ...query, personal: true } : query;
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return request(given.length > 0 ? `${path}?${search}` : path);
}

type Method = 'POST' | 'DELETE';
type Route<M extends Method, P extends string> = Extract<`${M} ${P}`, keyof Answers>;

/** @throws Error with the reason */
export const change = <M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  body?: object,
): Promise<Answers[Route<M, P>]> =>
  request<Route<M, P>>(path, {
    method,
    headers: { 'content-type': 'application/json', 'x-despacho-token': session.token },
    ...(body && { body: JSON.stringify(body) }),
  });

/** A page in the background, or after a restart of the system, tries again ever more slowly. */
const mostWait = 10_000;

/**
 * Hears a snapshot every second, for as long as the page is open.
 * @param onSnapshot takes each
 * @param onState is told whether there is a connection
 */
export function listen(onSnapshot: (snapshot: Snapshot) => void, onState: (there: boolean) => void): void {
  let wait = 500;
  const connect = () => {
    const socket = new WebSocket(session.socket);
    socket.onopen = () => {
      wait = 500;
      onState(true);
    };
    socket.onmessage = ({ data }) => onSnapshot(JSON.parse(data));
    socket.onclose = () => {
      onState(false);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, mostWait);
    };
  };
  connect();
}
