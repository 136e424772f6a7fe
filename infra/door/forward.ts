/** Hands what came through the door to the console, which listens on this machine. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Session } from './sessions.ts';

/** What the console is told of who asks; a browser's own words for it never get through. */
const told = ({ name, role }: Session): Record<string, string> => ({
  'x-despacho-person': encodeURIComponent(name),
  'x-despacho-role': role,
});

const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];
/** Those that are for one connection alone, and the session, which is the door's. */
const own = ['connection', 'keep-alive', 'transfer-encoding', 'cookie', 'x-despacho-person', 'x-despacho-role'];

function headersFor({ headers, socket }: IncomingMessage, session: Session): Record<string, string | string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || own.includes(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...told(session), 'x-forwarded-for': socket.remoteAddress ?? '' };
}

/** @param port of the console's page @param more headers of the answer */
export function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  { port, session, more }: { port: number; session: Session; more: Record<string, string> },
): void {
  const { method, url } = asked;
  // Without it Node sends the body of a GET as it is, and the console would take that for a request of its own.
  const framed = asked.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
  const headers = { ...headersFor(asked, session), ...framed };
  const there = request({ host: '127.0.0.1', port, method, path: url, headers }, (from) => {
    answer.writeHead(from.statusCode ?? 502, { ...from.headers, ...more });
    from.pipe(answer);
    from.once('close', () => from.complete || answer.destroy());
  });
  there.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502, more).end();
  });
  answer.once('close', () => there.destroy());
  asked.pipe(there);
}

/**
 * What the browser sends is handed on only once the console has taken the WebSocket: before, and where it refuses, the
 * console would take it for a request of its own.
 * @param port of the console's WebSocket
 */
export function forwardSocket(
  asked: IncomingMessage,
  browser: Duplex,
  head: Buffer,
  { port, session }: { port: number; session: Session },
): void {
  const { 'content-length': _, ...kept } = headersFor(asked, session);
  const headers = { ...kept, connection: 'Upgrade' };
  const there = request({ host: '127.0.0.1', port, path: asked.url, headers });
  there.on('upgrade', (answer, console, first) => {
    browser.write(headOf(answer, ['upgrade', 'connection']));
    browser.write(first);
    console.write(head);
    join(browser, console);
  });
  there.on('response', (answer) => {
    browser.write(headOf(answer, []));
    answer.pipe(browser);
    answer.once('close', () => answer.complete || browser.destroy());
  });
  there.on('error', () => browser.destroy());
  there.end();
  browser.on('error', () => there.destroy());
  browser.once('close', () => there.destroy());
}

/** Of an answer that ends with its connection, unless it keeps headers of that. */
function headOf({ statusCode = 502, statusMessage = '', headers }: IncomingMessage, keeps: readonly string[]): string {
  const kept = Object.entries(headers).filter(([name]) => keeps.includes(name) || !ofConnection.includes(name));
  const ends = keeps.includes('connection') ? [] : [['connection', 'close'] as const];
  const lines = [...kept, ...ends].flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`;
}

function join(browser: Duplex, console: Duplex): void {
  browser.pipe(console).pipe(browser);
  console.on('error', () => browser.destroy());
  browser.once('close', () => console.destroy());
  console.once('close', () => browser.destroy());
  browser.on('error', () => console.destroy());
}
