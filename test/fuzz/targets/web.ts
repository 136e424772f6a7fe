/** What listeners are asked, and letters that come. */
import fc from 'fast-check';
import { refusal } from '../../../infra/http/guard.ts';
import { toldAs, whoAsks } from '../../../infra/http/trail.ts';
import { readEnvelope } from '../../../infra/inbox/envelope.ts';
import { bodyPage, letterPage } from '../../../infra/inbox/page.ts';
import { bytes, damaged, text } from '../inputs.ts';
import { sayFrames, sayRequest, saySmtp } from '../server.ts';
import { many, target } from '../target.ts';

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

/** A frame of any kind, some of which tell another length than they have. */
const frame = fc
  .record({ head: fc.nat(255), isMasked: fc.boolean(), told: fc.option(fc.nat(2 ** 40)), payload: bytes })
  .map(({ head, isMasked, told, payload }) => {
    const length = Buffer.alloc(9);
    length.writeUInt8(127 | (isMasked ? 128 : 0));
    length.writeBigUInt64BE(BigInt(told ?? payload.length), 1);
    return Buffer.concat([Buffer.from([head]), length, Buffer.alloc(isMasked ? 4 : 0), payload]);
  });
const frames = fc.array(frame, { maxLength: 4 }).map((all) => Buffer.concat(all));

export const http = [
  target('HTTP bytes', fc.oneof(bytes, spoken, damaged(spoken)), sayRequest),
  target('WebSocket frames', fc.oneof(bytes, frames, damaged(frames)), sayFrames),
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

const command = fc
  .tuple(
    fc.constantFrom('EHLO', 'HELO', 'MAIL FROM:', 'RCPT TO:', 'DATA', 'BDAT', 'RSET', 'AUTH', 'STARTTLS', '.', ''),
    text,
  )
  .map(([name, rest]) => Buffer.from(`${name}${rest}\r\n`));
const dialogue = fc
  .tuple(fc.array(command, { maxLength: 6 }), letter)
  .map(([commands, body]) =>
    Buffer.concat([
      ...commands,
      Buffer.from('EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n'),
      body,
      Buffer.from('\r\n.\r\n'),
    ]),
  );

export const mail = [
  many('SMTP', 20, fc.oneof(bytes, dialogue, damaged(dialogue)), saySmtp),
  target('e-mails', fc.oneof(bytes, letter, damaged(letter)), async (all) => {
    readEnvelope(all, 1, 0);
    return [await letterPage(all, '1'), await bodyPage(all)];
  }),
];
