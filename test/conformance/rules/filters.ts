import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';

type Row = [name: string, pattern: unknown, wanted: unknown[], unwanted: unknown[]];

const rows: Row[] = [
  ['equals', { a: ['x', 1, null, true] }, [{ a: 'x' }, { a: 1 }, { a: null }, { a: true }], [{ a: 'y' }, {}]],
  ['prefix and suffix', { a: [{ prefix: 'AB' }, { suffix: 'YZ' }] }, [{ a: 'ABC' }, { a: 'XYZ' }], [{ a: 'abz' }]],
  ['anything-but', { a: [{ 'anything-but': ['x', 'y'] }] }, [{ a: 'z' }], [{ a: 'x' }, {}]],
  ['numeric', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }], [{ a: 0 }, { a: '3' }]],
  ['exists', { a: [{ exists: false }], b: [{ exists: true }] }, [{ b: 0 }], [{ a: 1, b: 0 }, {}]],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'alice' }] }, [{ a: 'ALICE' }], [{ a: 'bob' }]],
  ['wildcard', { a: [{ wildcard: 'a/*/z' }] }, [{ a: 'a/b/z' }], [{ a: 'a/b/y' }]],
  ['$or', { $or: [{ a: [1] }, { b: [2] }] }, [{ a: 1 }, { b: 2 }], [{ a: 2 }]],
  ['nested fields and lists', { a: { b: ['x'] } }, [{ a: { b: ['y', 'x'] } }], [{ a: { b: 'y' } }, { b: 'x' }]],
];

/** By the names of rows. */
const open: Readonly<Record<string, string>> = { wildcard: 'whether Lambda takes this operator of EventBridge' };

export const filterRules: Rule[] = [
  ...rows.map(
    ([name, pattern, wanted, unwanted]): Rule => ({
      name: `filter: ${name}; what is filtered counts as done`,
      page: pages.filters,
      words: 'Lambda event filtering: EventBridge patterns on the JSON of `value`',
      ...(open[name] ? { open: open[name] } : {}),
      event: { filterPatterns: [{ value: pattern }] },
      async check(scene) {
        const [yes, no] = [wanted, unwanted].map((values) => values.map((value) => JSON.stringify(value))) as [
          string[],
          string[],
        ];
        await scene.produce([...no, ...yes, ...no]);
        await scene.untilDelivered(yes);
        await scene.untilCommitted(0, no.length * 2 + yes.length);
        assert.deepEqual(scene.delivered(), yes);
      },
    }),
  ),
  {
    name: 'filter: plain text is dropped by a JSON pattern, and found by a text pattern',
    page: pages.filters,
    words: 'a record whose format is not that of the pattern is dropped',
    event: { filterPatterns: [{ value: { a: [{ exists: false }] } }, { value: ['plain'] }] },
    async check(scene) {
      await scene.produce(['other', 'plain', '{broken', '{"b":1}']);
      await scene.untilCommitted(0, 4);
      assert.deepEqual(scene.delivered(), ['plain', '{"b":1}']);
    },
  },
];
