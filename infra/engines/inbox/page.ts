/** The pages of the inbox. Every word that came with a mail is escaped. */
import { Readable } from 'node:stream';
import PostalMime, { decodeWords } from 'postal-mime';
import type { Envelope } from './envelope.ts';
import type { Mailbox, Search } from './mailbox.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

export const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 0 auto; padding: 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .6rem; text-align: left; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; }
input, button { font: inherit; padding: .2rem .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; max-width: 44rem; height: 70vh; border: 1px solid #8886; background: #fff; }
@media (max-width: 40rem) { th:nth-child(4), td:nth-child(4) { display: none; } }
`;

const frame = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>${escapeHtml(title)}</h1>${body}</body></html>`;

const row = ({ id, at, to, subject, order }: Envelope) =>
  `<tr><td>${new Date(at).toISOString().replace('T', ' ').slice(0, 19)}</td><td>${escapeHtml(decodeWords(to))}</td>
<td><a href="/view/${id}">${escapeHtml(decodeWords(subject) || '(no subject)')}</a></td><td>${escapeHtml(order)}</td></tr>`;

const field = (name: string, label: string, value = '') =>
  `<label>${label} <input name="${name}" value="${escapeHtml(value)}"></label>`;

type Filter = Search & Readonly<{ limit?: number | undefined }>;

/** The newest letters first, a page of them. */
export async function listPage(mailbox: Mailbox, filter: Filter): Promise<string> {
  const limit = Math.min(filter.limit ?? 50, 500);
  const found: Envelope[] = await Readable.from(mailbox.find({ ...filter, sort: 'newest' }))
    .take(limit)
    .toArray();
  const last = found.at(-1);
  const older = new URLSearchParams({ run: filter.run ?? '', order: filter.order ?? '', before: String(last?.id) });
  const more = found.length === limit ? `<p><a href="/?${escapeHtml(String(older))}">Older</a></p>` : '';
  const search = `<form>${field('run', 'Run', filter.run)}${field('order', 'Order', filter.order)}
<button>Search</button></form>`;
  const head = '<tr><th>Received (UTC)</th><th>To</th><th>Subject</th><th>Order</th></tr>';
  const table = `<table><thead>${head}</thead><tbody>${found.map(row).join('')}</tbody></table>`;
  return frame(
    'Inbox',
    `<p>${mailbox.size} letters kept.</p>${search}${found.length > 0 ? table : '<p>None.</p>'}${more}`,
  );
}

/** One letter: what its header says, and its body in a frame that can do nothing. */
export async function letterPage(letter: Buffer, id: string): Promise<string> {
  const mail = await PostalMime.parse(letter);
  const own = mail.headers.filter(({ key }) => key.startsWith('x-despacho-'));
  const facts: [string, string][] = [
    ['From', mail.from?.address ?? ''],
    ['To', (mail.to ?? []).map(({ address }) => address ?? '').join(', ')],
    ['Date', mail.date ?? ''],
    ['Message-ID', mail.messageId ?? ''],
    ...own.map(({ key, value }): [string, string] => [key, value]),
  ];
  const list = facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  return frame(
    mail.subject ?? '(no subject)',
    `<p><a href="/">All letters</a> · <a href="/messages/${Number(id)}" download="${Number(id)}.eml">As sent</a></p>
<dl>${list}</dl><iframe sandbox title="The letter's body" src="/view/${Number(id)}/body"></iframe>`,
  );
}

/** The body alone, for the frame: its HTML, or else its text. */
export async function bodyPage(letter: Buffer): Promise<string> {
  const { html, text } = await PostalMime.parse(letter);
  return html ?? `<!doctype html><meta charset="utf-8"><pre>${escapeHtml(text ?? '')}</pre>`;
}
