/** The HTTP side: deliveries as JSON or NDJSON for programs, as pages for people. Only DELETE changes anything. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { messageOf } from '../faults.ts';
import { guard } from '../http/guard.ts';
import type { Mailbox } from './mailbox.ts';
import { bodyPage, letterPage, listPage, style } from './page.ts';

const text = z.string().max(200).optional();
const query = z.strictObject({
  run: text,
  order: text,
  since: z.coerce.number().int().nonnegative().optional(),
  before: z.coerce.number().int().positive().optional(),
  sort: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.coerce.number().int().positive().max(10_000).optional(),
});
type Query = z.infer<typeof query>;

class HttpRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function readQuery(url: URL): Query {
  const read = query.safeParse(Object.fromEntries(url.searchParams));
  if (read.success) return read.data;
  throw new HttpRefusal(400, read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '));
}

const policy =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
/** A letter may bring its own looks, and nothing else: no script, no request to anybody. */
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

function send(response: ServerResponse, type: string, body: string | Buffer, contentPolicy = policy): void {
  response.setHeader('content-security-policy', contentPolicy);
  response.setHeader('content-type', type);
  response.end(body);
}

const html = 'text/html; charset=utf-8';

async function sendMessages(response: ServerResponse, mailbox: Mailbox, search: Query, lines: boolean): Promise<void> {
  const limit = search.limit ?? (lines ? Number.POSITIVE_INFINITY : 100);
  const found = Readable.from(mailbox.find(search)).take(limit);
  if (!lines) return send(response, 'application/json', JSON.stringify(await found.toArray()));
  response.setHeader('content-type', 'application/x-ndjson');
  await pipeline(
    found,
    async function* (envelopes) {
      for await (const envelope of envelopes) yield `${JSON.stringify(envelope)}\n`;
    },
    response,
  );
}

async function letterOf(mailbox: Mailbox, id: string): Promise<Buffer> {
  const letter = await mailbox.letter(Number(id));
  if (letter) return letter;
  throw new HttpRefusal(404, `There is no letter ${id.slice(0, 20)}`);
}

async function forget(response: ServerResponse, mailbox: Mailbox, url: URL): Promise<void> {
  const to = url.searchParams.get('to') ?? '';
  if (url.pathname !== '/messages' || !to.includes('@'))
    throw new HttpRefusal(400, 'DELETE /messages?to=<e-mail address>');
  send(response, 'application/json', JSON.stringify({ forgotten: await mailbox.forget(to) }));
}

async function answer(request: IncomingMessage, response: ServerResponse, mailbox: Mailbox): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'DELETE') return forget(response, mailbox, url);
  if (request.method !== 'GET') throw new HttpRefusal(405, 'Only GET and DELETE are served here');
  const [, place = '', id = '', part = ''] = url.pathname.split('/');
  if (place === '') return send(response, html, await listPage(mailbox, readQuery(url)));
  if (place === 'style.css') return send(response, 'text/css', style);
  if (place === 'health') return send(response, 'application/json', JSON.stringify({ messages: mailbox.size }));
  if (place === 'messages' && id === '') {
    const lines = request.headers.accept?.includes('application/x-ndjson') ?? false;
    return sendMessages(response, mailbox, readQuery(url), lines);
  }
  if (place === 'messages') return send(response, 'message/rfc822', await letterOf(mailbox, id));
  if (place === 'view' && part === 'body') {
    return send(response, html, await bodyPage(await letterOf(mailbox, id)), letterPolicy);
  }
  if (place === 'view') return send(response, html, await letterPage(await letterOf(mailbox, id), id));
  throw new HttpRefusal(404, 'There is /, /messages, /messages/<id>, /view/<id> and /health');
}

/** Serves until closed. */
export function httpSide(mailbox: Mailbox): Server {
  const server = createServer(async (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    try {
      await answer(request, response, mailbox);
    } catch (error) {
      if (response.headersSent) return response.destroy();
      response.statusCode = error instanceof HttpRefusal ? error.status : 500;
      send(response, 'text/plain; charset=utf-8', `${messageOf(error)}\n`);
    }
  });
  guard(server);
  return server;
}
