import { decodeWords } from 'postal-mime';

/** The few header lines that a stored mail can be found by; everything else is parsed only when a person looks. */

/** One delivery. Times are milliseconds since 1970; `subject` and `to` are as sent, possibly encoded words. */
export type Envelope = Readonly<{
  /** Counts deliveries from 1. A mail that is delivered twice has two. */
  id: number;
  at: number;
  size: number;
  messageId: string;
  to: string;
  subject: string;
  date: string;
  order: string;
  version: number | null;
  run: string;
}>;

const blank = Buffer.from('\r\n\r\n');
const mostHeaderBytes = 16_384;
const line = /^(message-id|to|subject|date|x-despacho-[a-z]+):[ \t]*(.*)$/gim;

/** @param letter the whole mail as received, with CRLF line ends */
export function readEnvelope(letter: Buffer, id: number, at: number): Envelope {
  const end = letter.indexOf(blank);
  const head = letter.toString('utf8', 0, Math.min(end < 0 ? letter.length : end, mostHeaderBytes));
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of head.replace(/\r?\n[ \t]+/g, ' ').matchAll(line)) {
    found[name.toLowerCase()] ??= value.trim();
  }
  const version = Number(found['x-despacho-version']);
  return {
    id,
    at,
    size: letter.length,
    messageId: found['message-id'] ?? '',
    to: found.to ?? '',
    subject: found.subject ?? '',
    date: found.date ?? '',
    order: found['x-despacho-order'] ?? '',
    version: Number.isInteger(version) ? version : null,
    run: decodeWords(found['x-despacho-run'] ?? ''),
  };
}
