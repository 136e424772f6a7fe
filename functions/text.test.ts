import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emailAddress, harmless, isPlain, plainText } from './text.ts';

const steering = [
  '\u001b[2J',
  '\u001b]0;x\u0007',
  '\u0000',
  '\r\n',
  '\u009b',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\ud800',
  '\uffff',
  '\u0378',
  '\u2028',
  '\u00ad',
  '\u3164',
  '\ufff9',
  '\u{e0041}',
];

test('what could steer a terminal or the eye of a reader is no plain text', () => {
  for (const text of steering) assert.ok(!isPlain(`Mate${text}`), JSON.stringify(text));
});

test('every script is plain text, with its joiners and emojis', () => {
  for (const text of ['❤️', 'Ñandú', 'مته', 'می‌خواهم', '马黛茶', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'e\u0301', "O'Higgins 1 · 2º"]) {
    assert.equal(plainText(20).parse(text), text.normalize(), text);
  }
});

test('a megabyte of what is not seen is judged in no time', () => {
  for (const piece of ['\u{e0041}', '\u{1f3f4}\u{e0041}', '\u00ad', '\u200d']) {
    const since = process.threadCpuUsage();
    isPlain(harmless(piece.repeat(500_000)));
    assert.ok(process.threadCpuUsage(since).user < 1_000_000, JSON.stringify(piece));
  }
});

test('no escape comes out of harmless, whatever goes in', () => {
  for (const text of steering) assert.match(harmless(`a${text}b`), /^a [^\p{Cc}]*b$/u);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isPlain(harmless(text))));
});

test('addresses of every script are taken, the domain as mail servers know it', () => {
  for (const [given, kept] of [
    ['ana@example.com', 'ana@example.com'],
    ['ana@ñandú.cl', 'ana@xn--and-6ma2c.cl'],
    ['Ana@EJEMPLO.CL', 'Ana@ejemplo.cl'],
    ['josé@ejemplo.cl', 'josé@ejemplo.cl'],
    ['ana@ejemplo.xn--p1ai', 'ana@ejemplo.xn--p1ai'],
    ['ana/b@example.com', 'ana/b@example.com'],
    ["o'brien+x@example.co.uk", "o'brien+x@example.co.uk"],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
  ] as const) {
    assert.equal(emailAddress.parse(given), kept);
    assert.equal(emailAddress.parse(kept), kept, 'read again it is the same');
  }
});

test('what is no address is refused', () => {
  for (const bad of [
    '',
    'ana',
    'ana@',
    '@example.com',
    'a@b',
    'a b@example.com',
    'a@b@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@-b.cl',
    'a@b.1',
    'a\u0000@example.com',
    'a\u202e@example.com',
    '<a@example.com>',
    `${'a'.repeat(65)}@example.com`,
    'a@exa mple.com',
    'a@%.com',
  ]) {
    assert.ok(!emailAddress.safeParse(bad).success, bad);
  }
});

test('an address of any length is judged in no time', () => {
  for (const piece of ['a', 'a.', '@', '.', 'ñ', '-']) {
    const since = process.threadCpuUsage();
    emailAddress.safeParse(piece.repeat(100_000));
    emailAddress.safeParse(`a@${piece.repeat(250 / piece.length)}`);
    assert.ok(process.threadCpuUsage(since).user < 100_000, piece);
  }
});

test('an address that a mail program would take for an encoded word is refused', () => {
  assert.ok(emailAddress.safeParse('x=y?z@example.com').success);
  assert.ok(!emailAddress.safeParse('=?utf-8?q?x?=@example.com').success);
});
