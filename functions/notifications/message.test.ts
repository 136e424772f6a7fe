import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import PostalMime, { decodeWords } from 'postal-mime';
import { headerText, mimeMessage } from './message.ts';

const letter = {
  messageId: '<1-2@despacho.local>',
  to: 'ana@example.com',
  subject: 'Tu pedido de Cafetera «italiana» para señoras y señores, de ñandú: Preparación',
  text: 'Hola:\n\n.Tu pedido está\n--_despacho_--\nlisto 🧉',
  html: `<p>${'Ñ'.repeat(900)}</p>\n`,
  headers: { 'X-Despacho-Order': '1', 'X-Despacho-Run': 'día' },
};
const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const message = mimeMessage(letter, 'Despacho <pedidos@despacho.local>', at);

/** Lines of an e-mail end so. */
const inLines = (text: string) => text.replaceAll('\n', '\r\n');

test('a mail program reads the letter as it was written', async () => {
  const { from, to, subject, messageId, date, text, html } = await PostalMime.parse(message);
  assert.deepEqual(
    { from, to, subject, messageId, date, text, html },
    {
      from: { name: 'Despacho', address: 'pedidos@despacho.local' },
      to: [{ name: '', address: letter.to }],
      subject: letter.subject,
      messageId: letter.messageId,
      date: '2026-01-02T03:04:05.000Z',
      text: inLines(letter.text),
      html: inLines(letter.html),
    },
  );
});

test('every line is one that any mail server takes', () => {
  for (const line of message.split('\r\n')) {
    assert.match(line, /^[\x20-\x7e]*$/);
    assert.ok(line.length <= 100, line);
  }
});

test("a line with encoded words has at most 76 characters, with its field's name", () => {
  const headers = { 'X-Despacho-Order': 'ñandú '.repeat(20) };
  const head = mimeMessage({ ...letter, headers }, 'Despacho <pedidos@despacho.local>', at).split('\r\n\r\n')[0] ?? '';
  for (const line of head.split('\r\n')) assert.ok(!line.includes('=?') || line.length <= 76, line);
});

test('what is encoded ends its lines as text in e-mails does', () => {
  const [, encoded = ''] = /text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n\r\n--/.exec(message) ?? [];
  assert.equal(Buffer.from(encoded, 'base64').toString(), inLines(letter.text));
});

test('any text goes through a header, in words of which none is too long', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('=?UTF-8?B?YQ==?=')), (text) => {
      const words = headerText('Subject', text).split('\r\n ');
      assert.equal(decodeWords(words.join(' ')), text);
      for (const word of words) assert.ok(word === text || word.length <= 75);
    }),
  );
});

test('nodemailer writes the same headers', async () => {
  const { message: theirs } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    ...letter,
    from: 'Despacho <pedidos@despacho.local>',
    date: new Date(at),
  });
  const [ours, other] = [await PostalMime.parse(message), await PostalMime.parse(theirs as Buffer)];
  const names = (parsed: typeof ours) => parsed.headers.map(({ key }) => key).toSorted();
  assert.deepEqual(names(ours), names(other));
  assert.equal(ours.subject, other.subject);
});
