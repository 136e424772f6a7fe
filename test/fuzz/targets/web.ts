/** What listeners are asked, and letters that come. */
import fc from 'fast-check';
import { refusal } from '../../../infra/http/guard.ts';
import { toldAs, whoAsks } from '../../../infra/http/trail.ts';
import { readEnvelope } from '../../../infra/inbox/envelope.ts';
import { bodyPage, letterPage } from '../../../infra/inbox/page.ts';
import { bytes, damaged, text } from '../inputs.ts';
import { sayBytes } from '../server.ts';
import { target } from '../target.ts';

const spoken = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'CONNECT', 'OPTIONS', 'Å'),
    text,
    fc.array(fc.tuple(text, text), { maxLength: 4 }),
    text,
  )
  .map(([method, path, headers, body]) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n${lines}\r\n${body}`);
  });
export const http = [
  target('HTTP bytes', fc.oneof(bytes, spoken, damaged(spoken)), sayBytes),
  target(
    'HTTP requests',
    fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      url: fc.oneof(
        text,
        text.map((path) => `/api/order?${path}`),
      ),
      headers: fc.dictionary(
        fc.constantFrom('host', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'x-despacho-person'),
        text,
      ),
    }),
    (asked) => [
      refusal(asked as Parameters<typeof refusal>[0], { pages: ['https://shop.example'] }),
      toldAs(asked),
      whoAsks(asked),
    ],
  ),
];

const letter = fc
  .record({
    to: text,
    subject: text,
    kind: fc.constantFrom('text/html', 'multipart/mixed; boundary=a', 'x'),
    body: text,
  })
  .map(({ to, subject, kind, body }) =>
    Buffer.from(
      `To: ${to}\r\nSubject: =?utf-8?q?${subject}?=\r\nContent-Type: ${kind}\r\n\r\n--a\r\n\r\n${body}\r\n--a--`,
    ),
  );
export const mail = [
  target('e-mails', fc.oneof(bytes, letter, damaged(letter)), async (all) => {
    readEnvelope(all, 1, 0);
    return [await letterPage(all, '1'), await bodyPage(all)];
  }),
];
