/** Each offence is planted for real, in Kafka, Redis, the inbox or Elasticsearch; the audit finds it and nothing else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Order } from '../functions/orders/records.ts';
import { eventsTopic } from '../functions/orders/topics.ts';
import type { Verdict } from '../scripts/audit/judge.ts';
import { type Case, cases, eventText, tracesOf, wholeWay } from './system/plantedTraces.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';
import { openWorld, type World } from './system/world.ts';

let trial: Trial;
let world: World;
let verdict: Verdict;
const planted = new Map<Case, Order>();

async function plant(one: Case): Promise<void> {
  const order = world.order(randomUUID(), trial.run);
  const traces = tracesOf(order, wholeWay);
  one.plant(order, traces);
  planted.set(one, order);
  await world.place(order);
  await world.log.publish([
    ...traces.events.map((step) => ({ topic: eventsTopic, key: order.orderId, value: eventText(order, step) })),
    ...traces.extra,
  ]);
  const { history } = traces;
  if (history.length > 0) await world.orders.advance([{ order, known: 0, history }]);
  for (const letter of traces.letters) await world.post.send(letter);
  await world.documents.create(traces.documents);
}

before(async () => {
  trial = await openTrial();
  world = await openWorld(trial.settings);
  for (const one of cases) await plant(one);
  // As if the functions had done everything that is there.
  await trial.commitAll(['process', 'notify']);
  verdict = await trial.audit();
});
after(async () => {
  await world.close();
  await trial.close();
});

for (const one of cases) {
  const { title, expected } = one;
  test(`${title}: ${expected.length > 0 ? expected.join(' and ') : 'no offence'}`, () => {
    const orderId = planted.get(one)?.orderId;
    const found = verdict.offences.filter((offence) => offence.orderId === orderId).map(({ kind }) => kind);
    assert.deepEqual([...new Set(found)].sort(), [...expected]);
  });
}

test('the sum accounts for every accepted order', () => {
  const { accepted, finished, cancelled, dead, inFlight, repeatedLetters, repeatedEvents, unsendable } = verdict;
  assert.equal(accepted, cases.length);
  const lost = cases.filter(({ expected }) => expected.includes('lost order')).length;
  assert.equal(finished + cancelled + dead + inFlight + lost, accepted);
  assert.deepEqual({ cancelled, dead, inFlight }, { cancelled: 1, dead: 1, inFlight: 1 });
  assert.deepEqual(
    { repeatedLetters, repeatedEvents, unsendable },
    { repeatedLetters: 1, repeatedEvents: 1, unsendable: 1 },
  );
});

type Ended = { code: number; stdout: string; stderr: string };

const auditCommand = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...trial.environment };
    const options = { cwd: root, env };
    execFile(process.execPath, ['scripts/audit/main.ts', ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test('the command ends with 1 and lists the offenders', async () => {
  const [text, json] = await Promise.all([
    auditCommand('--run', trial.run),
    auditCommand('--run', trial.run, '--json'),
  ]);
  assert.equal(text.code, 1);
  for (const { kind, orderId } of verdict.offences) assert.match(text.stdout, new RegExp(`${kind}: order ${orderId}`));
  assert.equal(json.code, 1);
  const sorted = ({ offences, ...sum }: Verdict) => ({
    ...sum,
    offences: offences.map((one) => JSON.stringify(one)).sort(),
  });
  assert.deepEqual(sorted(JSON.parse(json.stdout)), sorted(verdict));
});

test('the command ends with 0 where all is well, and with 2 and a name for a wrong flag', async () => {
  const [clean, wrong] = await Promise.all([auditCommand('--run', 'nobody'), auditCommand('--rnu', trial.run)]);
  assert.equal(clean.code, 0);
  assert.match(clean.stdout, /0 accepted[\s\S]*Clean\./);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--rnu/);
});
