import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommanderError } from 'commander';
import { z } from 'zod';
import { flag, helpOf, listed, numeric, readCommandLine, toggle } from './commandLine.ts';
import { Mistake } from './faults.ts';

const line = {
  name: 'npm run sample --',
  about: 'A sample.',
  words: { engine: z.enum(['redis', 'kafka'], { error: ({ input }) => `"${input}" is no engine` }).optional() },
  flags: {
    keySkew: flag('<n>', 'a number', numeric(z.number('takes a number').min(0, 'is at least 0').optional())),
    only: flag('<list>', 'a list', listed('is a list like a,b').optional()),
    against: flag('<name...>', 'several', z.array(z.string()).default(['host'])),
    once: toggle('a switch'),
  },
};
const read = (...args: string[]) => readCommandLine(line, args);

function refusal(...args: string[]): string {
  try {
    read(...args);
  } catch (error) {
    assert.ok(error instanceof Mistake);
    return error.message;
  }
  return 'accepted';
}

test('flags and words are told by their names, with defaults for what is left out', () => {
  assert.deepEqual(read('kafka', '--key-skew', '1.5', '--only=a, b', '--against', 'x', '--against', 'y', '--once'), {
    engine: 'kafka',
    keySkew: 1.5,
    only: ['a', 'b'],
    against: ['x', 'y'],
    once: true,
  });
  assert.deepEqual(read(), { engine: undefined, against: ['host'], once: false });
});

test('a word that is an array takes all that are left', () => {
  const all = { ...line, words: { first: z.string(), others: z.array(z.string()) } };
  const { first, others } = readCommandLine(all, ['a', 'b', 'c']);
  assert.deepEqual([first, others], ['a', ['b', 'c']]);
});

for (const [args, message] of [
  [['--onec'], /^Unknown option '--onec' .*--once.*--help lists every flag\.$/],
  [['--key-skew'], /^Option '--key-skew <n>' argument missing\. --help/],
  [['--key-skew', ''], /^--key-skew takes a number$/],
  [['--key-skew', 'x', '--only', ',b'], /^--key-skew takes a number\n--only is a list like a,b$/],
  [['--key-skew=-1'], /^--key-skew is at least 0$/],
  [['postgres'], /^"postgres" is no engine$/],
  [['kafka', 'redis'], /^'redis' is one word too many: there can be one engine at a time$/],
] as const) {
  test(`refused: ${args.join(' ')}`, () => assert.match(refusal(...args), message));
}

test('help tells every flag, whatever else is asked', (context) => {
  const shown = context.mock.method(process.stdout, 'write', () => true);
  assert.throws(
    () => read('--help', 'nonsense'),
    (error) => error instanceof CommanderError && error.exitCode === 0,
  );
  const told = shown.mock.calls.map(({ arguments: [text] }) => text).join('');
  assert.equal(told, helpOf(line));
  for (const part of ['npm run sample --', '--key-skew <n>', '--against <name...>', '[engine]']) {
    assert.ok(told.includes(part), part);
  }
});
