/** Whatever comes in: a bad record is put aside with its story and stops nobody, a bad flag or setting is named. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { documentsTopic } from '../functions/metrics/topics.ts';
import { commandNames, transition } from '../functions/orders/lifecycle.ts';
import { commandTopic, eventsTopic } from '../functions/orders/topics.ts';
import { deadTopic } from '../functions/runtime/deadLetter.ts';
import { readTopics, type TopicRecord } from '../functions/runtime/readTopics.kafka.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';

/** What no function can read, and what its reason must name. */
const garbage: readonly (readonly [value: string | null, reason: RegExp])[] = [
  ['not JSON', /not JSON/],
  [null, /no value/],
  ['', /no value|not JSON/],
  ['[]', /expected object/],
  ['{"orderId":"no uuid"}', /orderId|index/],
  [JSON.stringify({ orderId: randomUUID(), version: 0, product: 1, extra: true }), /version|product|extra|index/],
];

const topics = [
  ...commandNames.map((name) => ({ topic: commandTopic(name), name: name as string })),
  { topic: eventsTopic, name: 'notify' },
  { topic: documentsTopic, name: 'index' },
];

/** A step of an order that nobody knows: it may come early, so it is given up only after some tries. */
const strangers = commandNames.filter((name) => transition(name).cause !== 'placed');
const stranger = randomUUID();

let trial: Trial;
const dead = new Map<string, TopicRecord[]>();

async function readDead(): Promise<number> {
  dead.clear();
  const sources = topics.map(({ topic }) => ({ topic: deadTopic(topic) }));
  await readTopics(trial.settings, sources, (record) => {
    dead.set(record.topic, [...(dead.get(record.topic) ?? []), record]);
  });
  return [...dead.values()].flat().length;
}

before(async () => {
  trial = await openTrial();
  await trial.start();
  const producer = trial.kafka.producer();
  await producer.connect();
  const before = await trial.customer.orders(5, { clock: 20 });
  for (const { topic } of topics) {
    const messages = garbage.map(([value], index) => ({ key: `bad-${index}`, value, partition: 1 }));
    await producer.send({ topic: trial.settings.namespace + topic, messages });
  }
  for (const name of strangers) {
    const call = { orderId: stranger, ...(transition(name).cause !== 'request' && { version: 1 }) };
    const messages = [{ key: stranger, value: JSON.stringify(call), partition: 0 }];
    await producer.send({ topic: trial.settings.namespace + commandTopic(name), messages });
  }
  await producer.disconnect();
  const behind = await trial.customer.orders(20);
  await trial.customer.followAll([...before, ...behind]);
  const expected = topics.length * garbage.length + strangers.length;
  await Promise.all([
    ...topics.map(({ topic }) => trial.until(deadTopic(topic), counter(garbage.length + (isStranger(topic) ? 1 : 0)))),
  ]);
  assert.equal(await readDead(), expected);
});
after(() => trial.close());

const isStranger = (topic: string) => strangers.some((name) => commandTopic(name) === topic);
const counter = (count: number) => () => --count === 0;

test('orders before and behind the bad records all finish, and the audit is clean', async () => {
  const { offences, accepted, finished } = await trial.audit();
  assert.deepEqual(offences, []);
  assert.deepEqual({ accepted, finished }, { accepted: 25, finished: 25 });
});

for (const { topic, name } of topics) {
  test(`a bad record of ${topic} lies in ${deadTopic(topic)} with why and from where`, () => {
    const letters = (dead.get(deadTopic(topic)) ?? []).filter(({ key }) => key.startsWith('bad-'));
    assert.equal(letters.length, garbage.length);
    letters.forEach(({ key, value, headers }) => {
      const header = (field: string) => String(headers[`dead.${field}`]);
      const [sent, reason] = garbage[Number(key.slice('bad-'.length))] ?? [];
      assert.equal(value, sent ?? '');
      assert.match(header('reason'), /^InvalidRecord: /);
      assert.match(header('reason'), reason ?? /^$/);
      assert.equal(header('condition'), 'RejectedByFunction');
      assert.equal(header('topic'), trial.settings.namespace + topic);
      assert.equal(header('partition'), '1');
      assert.match(header('offset'), /^\d+$/);
      assert.equal(header('function'), name);
      assert.match(header('stack'), /InvalidRecord: .*\n\s+at /);
      assert.ok(Date.parse(header('at')) <= Date.now());
    });
    const offsets = letters.map(({ headers }) => String(headers['dead.offset']));
    assert.equal(new Set(offsets).size, garbage.length);
  });
}

test('a step of an unknown order is given up after some tries, with what to do', () => {
  for (const name of strangers) {
    const letter = dead.get(deadTopic(commandTopic(name)))?.find(({ key }) => key === stranger);
    assert.match(String(letter?.headers['dead.reason']), /rebuild Redis, then redrive/, name);
    assert.ok(Number(String(letter?.headers['dead.attempts'])) > 1, name);
  }
});

type Ended = { code: number; said: string };

const command = (script: string, args: readonly string[], environment = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...environment } };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });

const wrong: readonly (readonly [script: string, args: readonly string[], environment: object, names: RegExp])[] = [
  ['scripts/audit/main.ts', ['--rnu', 'x'], {}, /--rnu/],
  ['scripts/audit/main.ts', ['x'], {}, /'x'/],
  ['scripts/audit/main.ts', [], { DESPACHO_CLOKC: '2' }, /DESPACHO_CLOKC/],
  ['scripts/rebuild/main.ts', [], {}, /engine is missing/],
  ['scripts/rebuild/main.ts', ['postgres'], {}, /"postgres" cannot be rebuilt/],
  ['scripts/rebuild/main.ts', ['redis', 'elasticsearch'], {}, /one engine at a time/],
  ['scripts/rebuild/main.ts', ['redis'], { DESPACHO_WAITS: '3-5' }, /DESPACHO_WAITS/],
  ['scripts/start/main.ts', ['--onec'], {}, /--onec/],
  ['scripts/start/main.ts', ['--clock', 'fast'], {}, /--clock fast/],
  ['scripts/start/main.ts', ['--clock', ''], {}, /--clock/],
  ['scripts/start/main.ts', ['--once'], { DESPACHO_SETBACK: '2' }, /DESPACHO_SETBACK/],
  ['scripts/lab/main.ts', ['save', 'redis'], {}, /"redis" is none of counter, posts/],
  ['scripts/lab/main.ts', ['save', 'posts', '--store', 'x'], {}, /--store "x"/],
  ['scripts/load/main.ts', ['--rate', '0', '--count', '1'], {}, /--rate/],
  ['scripts/load/main.ts', ['--rate', '1', '--count', '1'], { DESPACHO_EMAIL: 'yes' }, /DESPACHO_EMAIL/],
];

describe('a script that is given something wrong names it, shows no stack and does nothing', { concurrency: 2 }, () => {
  for (const [script, args, environment, names] of wrong) {
    const shown = [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), script, ...args].join(
      ' ',
    );
    test(shown, async () => {
      const { code, said } = await command(script, args, environment);
      assert.notEqual(code, 0);
      assert.match(said, names);
      assert.doesNotMatch(said, /^\s+at /m);
    });
  }
});
