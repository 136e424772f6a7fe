import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuShares, heapShares } from './summary.ts';

const frame = (functionName: string) => ({ functionName, url: 'file:///a/b/c/d.ts', lineNumber: 4 });

test('a function has the time of all its samples, and waiting is nobody’s', () => {
  const nodes = ['one', 'two', '(idle)', 'two'].map((name, id) => ({ id, callFrame: frame(name) }));
  assert.deepEqual(cpuShares({ nodes, samples: [0, 1, 2, 3], timeDeltas: [10, 20, 500, 5] }), {
    total: 35,
    functions: [
      ['two b/c/d.ts:5', 25],
      ['one b/c/d.ts:5', 10],
    ],
  });
});

test('allocations are summed by where they were made, however they were reached', () => {
  const leaf = { callFrame: frame('leaf'), selfSize: 8, children: [] };
  const head = { callFrame: frame('(root)'), selfSize: 0, children: [{ ...leaf, children: [leaf] }] };
  assert.deepEqual(heapShares({ head }), { total: 16, functions: [['leaf b/c/d.ts:5', 16]] });
});
