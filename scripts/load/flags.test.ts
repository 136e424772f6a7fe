import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpOf } from '../../infra/commandLine.ts';
import { commandLine, readFlags } from './flags.ts';
import { checkLoad, type LoadOptions } from './options.ts';

const help = helpOf(commandLine);
const check = (...args: string[]) => {
  return checkLoad(readFlags(args).load);
};
const refusal = (...args: string[]): string => {
  try {
    check(...args);
  } catch (error) {
    assert.equal((error as Error).name, 'Mistake');
    return (error as Error).message;
  }
  return 'accepted';
};

test('flags become a load, with a default for what is left out', () => {
  const load = check('--distribution', 'poisson', '--rate', '200', '--duration', '30', '--clock', '20');
  assert.match(load.run, /^poisson-\d{8}T\d{6}-[0-9a-f]{4}$/);
  assert.equal(load.clock, 20);
  assert.equal(load.seed, 1);
  assert.equal(load.maxInFlight, 10_000);
  assert.equal(load.keySkew, undefined);
  assert.equal(load.protocol, 'unary');
});

test('baja, media and alta are an order per 2 s, 1 s and 0.5 s', () => {
  const rates = ['baja', 'media', 'alta'].map((preset) => check('--preset', preset, '--count', '5').rate);
  assert.deepEqual(rates, [0.5, 1, 2]);
});

test('the names of report files are no part of the load', () => {
  const read = readFlags(['--rate', '1', '--count', '1', '--json', 'a', '--csv-out', 'b', '--html', 'c']);
  assert.deepEqual(read.outputs, { json: 'a', csvOut: 'b', html: 'c' });
  assert.ok(!('json' in read.load));
});

for (const [args, message] of [
  ['--ratio 5', /Unknown option '--ratio'.*--help/],
  ['stray --rate 1', /stray/],
  ['--rate', /--rate.*argument/],
  ['--rate fast --count 1', /^--rate takes orders per second above 0, like 200$/],
  ['--rate 0 --count 1', /^--rate is above 0$/],
  ['--rate 1 --count 1.5', /^--count takes a whole number of orders/],
  ['--rate 1 --count 0', /^--count is at least 1$/],
  ['--rate 1 --duration=-3', /^--duration is above 0$/],
  ['--rate 1 --count 1 --seed x', /^--seed takes a whole number$/],
  ['--rate 1 --count 1 --clock 0', /^--clock is above 0$/],
  ['--rate 1 --count 1 --key-skew 11', /^--key-skew is at most 10$/],
  ['--rate 1 --count 1 --max-in-flight 0', /^--max-in-flight is at least 1$/],
  ['--rate 1 --count 1 --warmup=-1', /^--warmup is at least 0$/],
  ['--rate 1 --count 1 --run a/b', /^--run takes 1 to 56 letters/],
  ['--rate 1 --count 1 --address here', /^--address takes host:port/],
  ['--rate 1 --count 1 --protocol http', /^--protocol is unary or stream$/],
  [
    '--rate 1 --count 1 --distribution normal',
    /^--distribution "normal" is none of constant, uniform, .*trace:<file>$/,
  ],
  ['--preset mucha --count 1', /^--preset is one of baja, media, alta/],
  ['--count 1', /^--rate is missing/],
  ['--rate 1', /^--count is missing/],
  ['--rate 1 --preset alta --count 1', /^--preset sets the rate, and so does --rate/],
  ['--rate 1 --count 1 --duration 1', /^--duration ends the run, and so does --count/],
  ['--distribution trace:a --rate 1', /^--rate cannot be used with a trace/],
  ['--distribution trace:a --preset alta', /^--preset cannot be used with a trace/],
  ['--rate 3000 --duration 3600', /^--duration asks for some 10800000 orders/],
] as const) {
  test(`refused: ${args}`, () => assert.match(refusal(...args.split(' ')), message));
}

test('every flag at fault is named at once', () => {
  assert.equal(refusal('--rate', 'x', '--count', 'y').split('\n').length, 2);
});

test('a module that misspells an option is told so', () => {
  const options = { rate: 1, count: 1, keyskew: 1 } as LoadOptions;
  assert.throws(() => checkLoad(options), /unknown option keyskew/);
});

test('the help tells every flag of the issue, and its examples are accepted', () => {
  for (const flag of ['distribution', 'rate', 'count', 'duration', 'preset', 'csv', 'seed', 'clock', 'key-skew']) {
    assert.ok(help.includes(`--${flag} `), flag);
  }
  const examples = [...help.matchAll(/^ {2}npm run load -- (.*)$/gm)].map(([, args]) => args as string);
  assert.ok(examples.length >= 5);
  for (const example of examples) check(...example.split(' '));
});
