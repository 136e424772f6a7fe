/** The pages of the inbox. */
import { Readable } from 'node:stream';
import { html } from 'hono/html';
import PostalMime, { decodeWords } from 'postal-mime';
import type { Html } from '../../functions/pages/html.ts';
import type { Envelope } from './envelope.ts';
import type { Mailbox, Search } from './mailbox.ts';

/** Served as a file: the content policy of the pages allows no style inside of them. */
export const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, 'Liberation Sans', sans-serif;
  --back: #f3f5f8; --card: #fff; --text: #17202b; --soft: #566273; --line: #dde3ea; --blue: #1f63d6; }
@media (prefers-color-scheme: dark) { :root {
  --back: #0e1217; --card: #171d25; --text: #e6ebf1; --soft: #98a5b5; --line: #2b3542; --blue: #6fb1ff; } }
body { max-width: 72rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; background: var(--back); color: var(--text); }
main { padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; overflow-wrap: anywhere; }
a { color: var(--blue); }
p { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; }
tbody tr:last-child td { border-bottom: 0; }
td:first-child { white-space: nowrap; color: var(--soft); }
td:nth-child(4) { color: var(--soft); font: .85em ui-monospace, 'Liberation Mono', monospace; }
form { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin: 1rem 0; }
label { display: grid; color: var(--soft); font-size: .875rem; }
input, button { padding: .35rem .6rem; border: 1px solid var(--soft); border-radius: .45rem; background: var(--card); color: var(--text); font: inherit; }
button { border-color: var(--blue); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; max-width: 44rem; height: 46rem; margin: 0 auto; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }
@media (max-width: 40rem) { th:nth-child(4), td:nth-child(4) { display: none; } }
`;

const frame = (title: string, body: Html): string =>
  String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`);

const row = ({ id, at, to, subject, order }: Envelope) =>
  html`<tr><td>${new Date(at).toISOString().replace('T', ' ').slice(0, 19)}</td><td>${decodeWords(to)}</td>
<td><a href="/view/${id}">${decodeWords(subject) || '(no subject)'}</a></td><td>${order}</td></tr>`;

const field = (name: string, label: string, value = '') =>
  html`<label>${label} <input name="${name}" value="${value}"></label>`;

type Filter = Search & Readonly<{ limit?: number | undefined }>;

/** The newest letters first, a page of them. */
export async function listPage(mailbox: Mailbox, filter: Filter): Promise<string> {
  const limit = Math.min(filter.limit ?? 50, 500);
  const found: Envelope[] = await Readable.from(mailbox.find({ ...filter, sort: 'newest' }))
    .take(limit)
    .toArray();
  const last = found.at(-1);
  const older = new URLSearchParams({ run: filter.run ?? '', order: filter.order ?? '', before: String(last?.id) });
  const more = found.length === limit ? html`<p><a href="/?${String(older)}">Older</a></p>` : '';
  const search = html`<form>${field('run', 'Run', filter.run)}${field('order', 'Order', filter.order)}
<button>Search</button></form>`;
  const head = html`<tr><th>Received (UTC)</th><th>To</th><th>Subject</th><th>Order</th></tr>`;
  const table = html`<table><thead>${head}</thead><tbody>${found.map(row)}</tbody></table>`;
  return frame(
    'Inbox',
    html`<p>${mailbox.size} letters kept.</p>${search}${found.length > 0 ? table : html`<p>None.</p>`}${more}`,
  );
}

/** Each costs the parser some microseconds, and a letter may have ten million. */
const mostLines = 5000;
const newline = 10;

/** Bytes: each of an address costs the parser nearly two microseconds. */
const mostHeader = 8192;

/** What is looked into of a letter. */
function beginning(letter: Buffer): Buffer {
  const lines = firstLines(letter);
  const ends = ['\r\n\r\n', '\n\n'].map((end) => lines.indexOf(end)).filter((at) => at >= 0);
  const header = Math.min(lines.length, ...ends);
  if (header <= mostHeader) return lines;
  return Buffer.concat([lines.subarray(0, mostHeader), lines.subarray(header)]);
}

function firstLines(letter: Buffer): Buffer {
  let end = 0;
  for (let lines = 0; lines < mostLines; lines++) {
    end = letter.indexOf(newline, end) + 1;
    if (end === 0) return letter;
  }
  return letter.subarray(0, end);
}

/** One letter: what its header says, and its body in a frame that can do nothing. */
export async function letterPage(letter: Buffer, id: string): Promise<string> {
  const part = beginning(letter);
  const mail = await PostalMime.parse(part);
  const cut = part.length < letter.length ? html` (here is a part of it)` : '';
  const own = mail.headers.filter(({ key }) => key.startsWith('x-despacho-'));
  const facts: [string, string][] = [
    ['From', mail.from?.address ?? ''],
    ['To', (mail.to ?? []).map(({ address }) => address ?? '').join(', ')],
    ['Date', mail.date ?? ''],
    ['Message-ID', mail.messageId ?? ''],
    ...own.map(({ key, value }): [string, string] => [key, value]),
  ];
  const list = facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return frame(
    mail.subject ?? '(no subject)',
    html`<p><a href="/">All letters</a> · <a href="/messages/${Number(id)}" download="${Number(id)}.eml">As sent</a>${cut}</p>
<dl>${list}</dl><iframe sandbox title="The letter's body" src="/view/${Number(id)}/body"></iframe>`,
  );
}

/** The body alone, for the frame: its HTML, or else its text. */
export async function bodyPage(letter: Buffer): Promise<string> {
  const mail = await PostalMime.parse(beginning(letter));
  return mail.html ?? String(html`<!doctype html><meta charset="utf-8"><pre>${mail.text ?? ''}</pre>`);
}
