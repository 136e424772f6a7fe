/** Talks with the server. */

/** What the page knows from its start: token, labels of states and commands, links. */
export let session;

export async function openSession() {
  session = await get('/api/session');
  return session;
}

async function request(path, options) {
  const response = await fetch(path, { ...options, cache: 'no-store' });
  const answer = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

/** Query values that are empty are left out. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return request(given.length > 0 ? `${path}?${search}` : path);
}

export const change = (method, path, body) =>
  request(path, {
    method,
    headers: { 'content-type': 'application/json', 'x-despacho-token': session.token },
    body: body && JSON.stringify(body),
  });

/** A page in the background, or after a restart of the system, tries again ever more slowly. */
const mostWait = 10_000;

/**
 * Hears a snapshot every second, for as long as the page is open.
 * @param onSnapshot takes each
 * @param onState is told whether there is a connection
 */
export function listen(onSnapshot, onState) {
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
