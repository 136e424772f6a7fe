/** Hands what came through the door to the console, which listens on this machine. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Session } from './sessions.ts';

/** What the console is told of who asks; a browser's own words for it never get through. */
const told = ({ name, role }: Session): Record<string, string> => ({
  'x-despacho-person': encodeURIComponent(name),
  'x-despacho-role': role,
});

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

/** @param port of the console's WebSocket @param isOpen asked now and then whether the session goes on */
export function forwardSocket(
  asked: IncomingMessage,
  browser: Duplex,
  head: Buffer,
  { port, session }: { port: number; session: Session },
): void {
  const console = connect(port, '127.0.0.1', () => {
    const headers = { ...headersFor(asked, session), connection: 'Upgrade' };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}\r\n`),
    );
    console.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    console.write(head);
    browser.pipe(console).pipe(browser);
  });
  for (const [one, other] of [
    [browser, console],
    [console, browser],
  ] as const) {
    one.on('error', () => other.destroy());
    one.once('close', () => other.destroy());
  }
}
