import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileFilters } from './filter.ts';

const passes = (pattern: unknown, value: unknown): boolean | undefined =>
  compileFilters([pattern])?.(
    value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  );

/** [pattern for the value, values that pass, values that do not] */
const table: [string, unknown, unknown[], unknown[]][] = [
  ['equal text', { a: ['x', 'y'] }, [{ a: 'x' }, { a: 'y' }, { a: ['z', 'y'] }], [{ a: 'z' }, {}, { b: 'x' }]],
  [
    'equal number, boolean and null',
    { a: [1, true, null] },
    [{ a: 1 }, { a: true }, { a: null }],
    [{ a: '1' }, { a: 2 }, {}],
  ],
  ['empty text', { a: [''] }, [{ a: '' }], [{ a: ' ' }, {}]],
  ['all fields', { a: ['x'], b: [1] }, [{ a: 'x', b: 1 }], [{ a: 'x' }, { b: 1 }]],
  ['nested fields', { a: { b: { c: ['x'] } } }, [{ a: { b: { c: 'x' } } }], [{ a: { b: 'x' } }, { a: 'x' }]],
  ['objects in a list', { a: { b: ['x'] } }, [{ a: [{ b: 'y' }, { b: 'x' }] }], [{ a: [{ b: 'y' }] }]],
  ['prefix', { a: [{ prefix: 'AB' }] }, [{ a: 'ABC' }], [{ a: 'abC' }, { a: 5 }, {}]],
  ['prefix in any case', { a: [{ prefix: { 'equals-ignore-case': 'ab' } }] }, [{ a: 'ABC' }], [{ a: 'CAB' }]],
  ['suffix', { a: [{ suffix: '.png' }] }, [{ a: 'x.png' }], [{ a: 'x.PNG' }, { a: 'png.x' }]],
  ['suffix in any case', { a: [{ suffix: { 'equals-ignore-case': '.png' } }] }, [{ a: 'x.PNG' }], [{ a: 'x.gif' }]],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'AlIcE' }] }, [{ a: 'alice' }], [{ a: 'bob' }]],
  [
    'wildcard',
    { a: [{ wildcard: 'dir/*/x\\*.?' }] },
    [{ a: 'dir/b/c/x*.?' }],
    [{ a: 'dir/b/xx.?' }, { a: 'dir/b/x*.y' }],
  ],
  ['anything-but', { a: [{ 'anything-but': 'x' }] }, [{ a: 'y' }, { a: 5 }], [{ a: 'x' }, {}]],
  ['anything-but a list', { a: [{ 'anything-but': ['x', 1] }] }, [{ a: 'y' }], [{ a: 'x' }, { a: 1 }]],
  ['anything-but prefix', { a: [{ 'anything-but': { prefix: 'us-' } }] }, [{ a: 'eu-1' }], [{ a: 'us-1' }]],
  [
    'anything-but suffix',
    { a: [{ 'anything-but': { suffix: ['.a', '.b'] } }] },
    [{ a: 'x.c' }],
    [{ a: 'x.a' }, { a: 'x.b' }],
  ],
  [
    'anything-but ignoring case',
    { a: [{ 'anything-but': { 'equals-ignore-case': 'X' } }] },
    [{ a: 'y' }],
    [{ a: 'x' }],
  ],
  ['anything-but wildcard', { a: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, [{ a: 'a/b' }], [{ a: 'a/lib/b' }]],
  ['numeric', { a: [{ numeric: ['=', 5] }] }, [{ a: 5 }], [{ a: '5' }, { a: 6 }]],
  ['numeric range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 6 }]],
  ['exists', { a: [{ exists: true }] }, [{ a: null }, { a: 0 }], [{}, { a: { b: 1 } }]],
  ['does not exist', { a: [{ exists: false }] }, [{}, { b: 1 }], [{ a: null }]],
  ['nothing in a missing object', { a: { b: [{ exists: false }] } }, [{}, { a: {} }], [{ a: { b: 1 } }]],
  ['cidr', { a: [{ cidr: '10.0.0.0/24' }] }, [{ a: '10.0.0.77' }], [{ a: '10.0.1.1' }, { a: 'x' }]],
  ['cidr of version 6', { a: [{ cidr: '2001:db8::/32' }] }, [{ a: '2001:db8::1' }], [{ a: '2001:db9::1' }]],
  ['one rule or another', { a: [{ prefix: 'x' }, { numeric: ['<', 0] }] }, [{ a: 'xy' }, { a: -1 }], [{ a: 1 }]],
  [
    '$or',
    { $or: [{ a: [1] }, { b: [2] }], c: [3] },
    [
      { a: 1, c: 3 },
      { b: 2, c: 3 },
    ],
    [{ c: 3 }, { a: 1 }],
  ],
];

for (const [name, pattern, yes, no] of table) {
  test(`filter: ${name}`, () => {
    for (const value of yes) assert.equal(passes({ value: pattern }, value), true, JSON.stringify(value));
    for (const value of no) assert.equal(passes({ value: pattern }, value), false, JSON.stringify(value));
  });
}

test('filter: a pattern for JSON drops plain text, one for text drops JSON, and nothing wants a tombstone', () => {
  assert.equal(passes({ value: { a: ['x'] } }, 'plain'), false);
  assert.equal(passes({ value: ['plain', { prefix: 'pl' }] }, 'plain'), true);
  assert.equal(passes({ value: [{ prefix: '{' }] }, { a: 'x' }), false);
  assert.equal(passes({ value: { a: [{ exists: false }] } }, '{ not json'), false);
  assert.equal(passes({ value: { a: [{ exists: false }] } }, null), false);
});

test('filter: a record passes when one of the patterns matches, and without patterns nothing is looked at', () => {
  const filter = compileFilters([{ value: { a: [1] } }, { value: { b: [2] } }]);
  assert.deepEqual(
    ['{"a":1}', '{"b":2}', '{"a":2}'].map((text) => filter?.(Buffer.from(text))),
    [true, true, false],
  );
  assert.equal(compileFilters([]), undefined);
});

test('filter: what cannot be a pattern is refused, naming the place', () => {
  const refused: [unknown, RegExp][] = [
    [{ key: ['x'] }, /filterPatterns\.0\.key/],
    [{ value: 'x' }, /filterPatterns\.0\.value/],
    [{ value: { a: 'x' } }, /filterPatterns\.0\.value\.a/],
    [{ value: { a: [] } }, /value\.a: the list of rules is empty/],
    [{ value: { a: [{ prefixx: 'x' }] } }, /no operator "prefixx"/],
    [{ value: { a: [{ numeric: ['>', 'x'] }] } }, /value\.a\.0\.numeric/],
    [{ value: { a: [{ numeric: [] }] } }, /\[">", 0, "<=", 5\]/],
    [{ value: { a: [{ exists: 'yes' }] } }, /exists: is true or false/],
    [{ value: { a: [{ cidr: '10.0.0.0/99' }] } }, /cidr/],
    [{ value: { a: [{ wildcard: 'a**b' }] } }, /two wildcards/],
    [{ value: { a: [{ 'anything-but': { numeric: ['=', 1] } }] } }, /anything-but/],
    [{ value: { $or: [{ a: [1] }] } }, /two alternatives/],
  ];
  for (const [pattern, message] of refused) assert.throws(() => compileFilters([pattern]), message);
});

test('filter: a text is always found by its own prefix, suffix, case-folded self and wildcard, and refused by anything-but', () => {
  const plain = fc.string({ minLength: 1 }).filter((text) => !/[*\\]/.test(text) && text === text.toLowerCase());
  fc.assert(
    fc.property(plain, fc.nat(), (text, cut) => {
      const at = cut % text.length;
      for (const rule of [
        text,
        { prefix: text.slice(0, at) },
        { suffix: text.slice(at) },
        { 'equals-ignore-case': text },
        { wildcard: `${text.slice(0, at)}*` },
      ]) {
        assert.equal(passes({ value: { a: [rule] } }, { a: text }), true, JSON.stringify(rule));
      }
      assert.equal(passes({ value: { a: [{ 'anything-but': text }] } }, { a: text }), false);
    }),
  );
});

test('filter: a wildcard matches what its regular expression does', () => {
  const letter = fc.constantFrom('a', 'b', '*', '\\', '.');
  const pattern = fc
    .array(letter, { maxLength: 8 })
    .map((letters) => letters.join(''))
    .filter((text) => !text.includes('**'));
  const text = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''));
  fc.assert(
    fc.property(pattern, text, (wildcard, value) => {
      const source = wildcard.replace(/\\([*\\])|\*|[.\\]/g, (found, escaped?: string) =>
        escaped ? `\\${escaped}` : found === '*' ? '[^]*' : `\\${found}`,
      );
      assert.equal(passes({ value: { a: [{ wildcard }] } }, { a: value }), new RegExp(`^${source}$`).test(value));
    }),
    { numRuns: 2000 },
  );
});

test('filter: no pattern makes more of a long text than one way through it', { timeout: 10_000 }, () => {
  for (const wildcard of ['*a*a*a*b', '*aa*aa*aa*ab*', 'a*a*a*a*a*a*a*a*a*b']) {
    assert.equal(passes({ value: { a: [{ wildcard }] } }, { a: 'a'.repeat(1_000_000) }), false);
  }
});

test('filter: no value is too deep to be looked into', () => {
  for (const deep of ['['.repeat(200_000) + ']'.repeat(200_000), `${'['.repeat(200_000)}"x"${']'.repeat(200_000)}`]) {
    assert.equal(passes({ value: { a: ['x'] } }, `{"a":${deep}}`), deep.includes('x'));
    assert.equal(passes({ value: { a: { b: ['x'] } } }, `{"a":${deep}}`), false);
  }
  const objects = '{"b":'.repeat(100_000);
  assert.equal(passes({ value: { a: [{ exists: true }] } }, `{"a":${objects}1${'}'.repeat(100_000)}}`), false);
});

test('filter: a field that every object inherits is not there unless the record has it', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.equal(passes({ value: { [name]: [{ exists: false }] } }, '{"b":1}'), true, name);
    assert.equal(passes({ value: { [name]: [{ exists: true }] } }, `{"${name}":1}`), true, name);
    assert.throws(() => compileFilters([{ value: { a: [{ [name]: 'x' }] } }]), /no operator|one value/);
  }
});
