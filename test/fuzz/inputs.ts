/** What comes from outside, as nobody would write it. */
import fc from 'fast-check';

/** Words that have broken programs before. */
const notorious = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202e',
  '\u001b[2J',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-0',
  '1e999',
  '9'.repeat(400),
  '../../etc/passwd',
  '%',
  '//',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '{"a":',
  '[*]{*}(*)'.repeat(20),
  '@'.repeat(300),
  'a'.repeat(5000),
];

/** As long as what comes may be, of one piece again and again: what takes more than its length's time shows here. */
const long = fc.noShrink(
  fc
    .constantFrom(
      'a',
      ' ',
      '\0',
      '@',
      '<',
      '\n',
      '\r\n',
      ',',
      '"',
      '.',
      '\\',
      '[',
      '{"a":',
      '-*',
      'a@b.',
      '=?utf-8?q?',
      '--a\r\n',
    )
    .map((piece) => piece.repeat(Math.ceil(100_000 / piece.length))),
);

/** Text of every kind: what a person writes, any code units at all, and words that have broken programs before. */
export const text = fc.oneof(
  { weight: 100, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 100, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 100, arbitrary: fc.constantFrom(...notorious) },
  { weight: 1, arbitrary: long },
);

/** Any JSON, some of it with keys that objects have already. */
export const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(text, fc.oneof(text, fc.double(), fc.jsonValue())),
);

/** Bytes that are nothing in particular. */
export const bytes = fc.uint8Array({ maxLength: 2000 }).map((all) => Buffer.from(all));

/** Something well formed, with a part of it replaced: it gets further in than what is nothing in particular. */
export const damaged = (whole: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(whole, fc.nat(), fc.nat(16), fc.uint8Array({ maxLength: 40 })).map(([all, at, length, instead]) => {
    const from = all.length === 0 ? 0 : at % all.length;
    return Buffer.concat([all.subarray(0, from), instead, all.subarray(from + length)]);
  });

/** Fields of these names, each with a value that fits, that almost does, or that is anything; some are missing. */
export const almost = (fields: Readonly<Record<string, readonly unknown[]>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, good]) => [
        name,
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.oneof(text, json) }),
      ]),
    ),
    { requiredKeys: [] },
  );
