/**
 * An e-mail as it travels (RFC 5322, MIME). Nodemailer makes the same by a chain of streams for each part, in twice the
 * time that all the rest of sending takes.
 */
import type { Letter } from './ports.ts';

/** Of a line with encoded words, and of one in base64. */
const lineLength = 76;
/** Bytes of UTF-8 that an encoded word may hold, in base64 and with what is around it, on a line that holds so much before it. */
const wordBytes = (before: number): number => Math.floor((lineLength - before - '=?UTF-8?B??='.length) / 4) * 3;

/** What a header holds as it is, and no mail program takes for an encoded word. */
const isPlainAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !text.includes('=?');

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * As the header field of this name holds it: anything else than ASCII in encoded words (RFC 2047), none of which ends within
 * a character.
 */
export function headerText(name: string, text: string): string {
  if (isPlainAscii(text)) return text;
  const words = [''];
  for (const character of text) {
    const longer = `${words.at(-1)}${character}`;
    const before = words.length === 1 ? `${name}: `.length : 1;
    if (Buffer.byteLength(longer) > wordBytes(before)) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${base64(word)}?=`).join('\r\n ');
}

/** In lines that every mail server takes, whatever its letters. */
const part = (type: string, text: string): string => `Content-Type: text/${type}; charset=utf-8
Content-Transfer-Encoding: base64

${
  base64(text.replace(/\r?\n/g, '\r\n'))
    .match(new RegExp(`.{1,${lineLength}}`, 'g'))
    ?.join('\n') ?? ''
}
`;

/** Stands in no part: "_" is no letter of base64. */
const boundary = '_despacho_';

/**
 * @param from its header's value
 * @param at ms since 1970
 */
export function mimeMessage({ messageId, to, subject, text, html, headers }: Letter, from: string, at: number): string {
  const fields = { From: from, To: to, Subject: headerText('Subject', subject), 'Message-ID': messageId };
  const own = Object.entries(headers).map(([name, value]) => [name, headerText(name, value)]);
  const lines = [...Object.entries(fields), ...own].map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\n')}
Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="${boundary}"

--${boundary}
${part('plain', text)}
--${boundary}
${part('html', html)}
--${boundary}--
`.replace(/\r?\n/g, '\r\n');
}
