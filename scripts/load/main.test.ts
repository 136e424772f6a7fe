import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { kafkaAway, startTestGateway, type TestGateway } from './testGateway.fixture.ts';

const folder = ownFolder();
let good: TestGateway;
let bad: TestGateway;
before(async () => {
  good = await startTestGateway();
  bad = await startTestGateway((index) => (index % 2 === 0 ? kafkaAway : 'accept'));
});
after(() => {
  good.stop();
  bad.stop();
});

function load(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const main = new URL('main.ts', import.meta.url).pathname;
  // No engine is at hand, and what a small server answered is not worth keeping.
  const env = { ...process.env, DESPACHO_METRICS: 'false' };
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
}

async function outcome(child: ReturnType<typeof load>) {
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...said };
}

test('all acknowledged: exit 0, the plan and the figures printed, the three reports written', async () => {
  const file = (name: string) => join(folder, 'reports', name);
  const files = ['--json', file('a.json'), '--csv-out', file('a.csv'), '--html', file('a.html')];
  const args = [
    '--distribution',
    'poisson',
    '--rate',
    '300',
    '--count',
    '150',
    '--address',
    good.address,
    '--run',
    'r',
  ];
  const { code, out, err } = await outcome(load(...args, ...files));
  assert.equal(err, '');
  assert.equal(code, 0);
  assert.match(out, /^Plan [0-9a-f]{16} · poisson 300\.0\/s · 150 orders in .* · run r$/m);
  for (const part of ['Rate', 'Scheduler lag', 'Service time', 'From intended moment', 'Dispersion +promised 1.00']) {
    assert.match(out, new RegExp(part));
  }
  assert.match(out, /^Not acknowledged +none$/m);
  assert.equal(JSON.parse(readFileSync(file('a.json'), 'utf8')).orders.acknowledged, 150);
  assert.equal(readFileSync(file('a.csv'), 'utf8').trim().split('\n').length, 151);
  assert.match(readFileSync(file('a.html'), 'utf8'), /^<!doctype html>/);
});

test('some not acknowledged: exit 1, with how many and why', async () => {
  const { code, out } = await outcome(load('--rate', '200', '--count', '10', '--address', bad.address));
  assert.equal(code, 1);
  assert.match(out, /5 of 10 orders were not acknowledged: 5 UNAVAILABLE \(Kafka does not answer\)/);
});

test('bad input: exit 2, and one line that names it', async () => {
  const cases: [string[], RegExp][] = [
    [['--rate', 'x', '--count', '1'], /^--rate takes orders per second above 0, like 200\n$/],
    [['--rte', '1'], /^Unknown option '--rte'.*\n$/],
    [['--rate', '1', '--csv', join(folder, 'none')], /^--csv .* cannot be read \(ENOENT\)\n$/],
    [['--rate', '1', '--count', '1', '--json', folder], /^--json .*: cannot be written \(EISDIR\)\n$/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await outcome(load(...args));
    assert.equal(code, 2);
    assert.match(err, message);
  }
});

test('Ctrl-C stops the sending and still reports', async () => {
  let child: ReturnType<typeof load> | undefined;
  const gateway = await startTestGateway((index) => {
    if (index === 5) child?.kill('SIGINT');
    return 'accept';
  });
  child = load('--rate', '100', '--duration', '600', '--address', gateway.address);
  const { code, out } = await outcome(child);
  gateway.stop();
  assert.equal(code, 1);
  assert.match(out, /of 60,000 orders were not acknowledged: [\d,]+ not sent: stopped/);
});
