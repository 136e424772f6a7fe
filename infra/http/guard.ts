/**
 * Who may talk to a listener of ours: programs of this machine's user, and pages that we served ourselves. A browser tells
 * which page a request comes from, and by which name it asked; so a page of another site can neither read nor call
 * anything here, and a name that was bent to this machine's address is no host of ours.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopback, urlsOf } from '../access/loopback.ts';
import { isOfAnotherUser } from '../access/peer.ts';

/** What a listener lets in beside its own pages. */
export type Gate = Readonly<{
  /** Addresses of pages that may talk to this listener, and by whose host it may be asked: a proxy's, for instance. */
  pages?: readonly string[];
  /** Paths that a link on any page may lead a person to: all of them unless told. */
  linked?: (path: string) => boolean;
  /** Opens WebSockets only for pages, which always tell their origin. */
  pagesOnly?: boolean;
  /** Lets in programs of other users of this machine, too. */
  anyUser?: boolean;
}>;

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

function isOurHost(host: string, pages: readonly URL[]): boolean {
  const name = host.toLowerCase();
  return isLoopback(name.replace(/:\d+$/, '')) || pages.some((url) => url.host === name);
}

/** A browser says where a request without an Origin comes from: a picture or script tag of another site, a link. */
function isForeign({ method, url = '/', headers }: Asked, { linked = () => true }: Gate): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return false;
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return !(isLink && method === 'GET' && linked(url.split('?')[0] ?? '/'));
}

/** Why a request is refused; undefined for one that is let in. */
export function refusal(asked: Asked, gate: Gate = {}): string | undefined {
  const { host = '', origin } = asked.headers;
  const pages = (gate.pages ?? []).flatMap(urlsOf);
  if (!isOurHost(host, pages)) return 'Ask for 127.0.0.1 or localhost.';
  if (origin === undefined) return isForeign(asked, gate) ? 'Pages of other sites are refused.' : undefined;
  const isOurs = origin === `http://${host}` || pages.some((url) => url.origin === origin);
  return isOurs ? undefined : 'Pages of other sites are refused.';
}

const safeHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  connection: 'close',
};

/** Answers instead of the listener, whether it was asked for a page or for a WebSocket. */
export function refuse(answer: ServerResponse | Duplex, status: number, why: string): void {
  if ('writeHead' in answer) return void answer.writeHead(status, safeHeaders).end(`${why}\n`);
  const lines = Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  answer.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${why}\n`);
}

const asks = ['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect'];

/**
 * Puts a check before every request that a server is asked, or each server of a kind: what it does not let pass
 * never reaches whoever listens.
 * @param target a server, or the prototype of all
 * @param check calls `pass` for what it lets in
 */
export function before(
  target: Server,
  check: (server: Server, asked: IncomingMessage, answer: ServerResponse | Duplex, pass: () => boolean) => boolean,
): void {
  const emit = target.emit as (this: Server, event: string, ...given: unknown[]) => boolean;
  target.emit = function (this: Server, event: string, ...given: unknown[]): boolean {
    const pass = () => emit.call(this, event, ...given);
    if (!asks.includes(event)) return pass();
    return check(this, given[0] as IncomingMessage, given[1] as ServerResponse | Duplex, pass);
  };
}

/** Of each connection, looked up at its first request. */
const strangers = new WeakMap<Duplex, boolean>();

function isStranger({ socket }: IncomingMessage): boolean {
  const known = strangers.get(socket) ?? isOfAnotherUser(socket);
  strangers.set(socket, known);
  return known;
}

function whyNot(asked: IncomingMessage, answer: ServerResponse | Duplex, gate: Gate): string | undefined {
  if (!gate.anyUser && isStranger(asked)) return 'Other users of this machine are refused.';
  const nobody = gate.pagesOnly && !('writeHead' in answer) && asked.headers.origin === undefined;
  return nobody ? 'Only our pages may open a WebSocket.' : refusal(asked, gate);
}

/** Guards a server, or with the prototype of all servers every one of this process. */
export function guard(target: Server, gateOf: (server: Server) => Gate = () => ({})): void {
  before(target, (server, asked, answer, pass) => {
    const gate = gateOf(server);
    const why = whyNot(asked, answer, gate);
    if (why === undefined) return pass();
    refuse(answer, 403, why);
    return true;
  });
}
