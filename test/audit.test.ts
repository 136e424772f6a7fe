/** Each offence is planted for real, in Kafka, Redis, the inbox or Elasticsearch; the audit finds it and nothing else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { documentsTopic } from '../functions/metrics/topics.ts';
import { composeLetter } from '../functions/notifications/letter.ts';
import type { Letter } from '../functions/notifications/ports.ts';
import { type Command, transition } from '../functions/orders/lifecycle.ts';
import { type Order, type Step, stepId } from '../functions/orders/records.ts';
import { eventsTopic } from '../functions/orders/topics.ts';
import { transitionDocument } from '../functions/orders/transitionDocument.ts';
import { deadTopic } from '../functions/runtime/deadLetter.ts';
import type { Document, LogRecord } from '../functions/runtime/ports.ts';
import type { Verdict } from '../scripts/audit/judge.ts';
import type { OffenceKind } from '../scripts/audit/offences.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';
import { openWorld, type World } from './system/world.ts';

const wholeWay = ['process', 'prepare', 'ship', 'deliver', 'complete'] as const;

/** What the engines hold of one order. */
type Traces = { events: Step[]; history: Step[]; letters: Letter[]; documents: Document[]; extra: LogRecord[] };
type Case = Readonly<{ title: string; expected: readonly OffenceKind[]; plant(order: Order, traces: Traces): void }>;

const stepsOf = ({ placedAt }: Order, commands: readonly Command[]): Step[] =>
  commands.map((command, index) => {
    const before = commands[index - 1];
    const from = before ? transition(before).to : null;
    return { version: index + 1, command, from, to: transition(command).to, at: placedAt + 1000 * (index + 1) };
  });

/** All the traces of an order that went this way and left no doubt. */
function tracesOf(order: Order, commands: readonly Command[]): Traces {
  const history = stepsOf(order, commands);
  return {
    history,
    events: [...history],
    letters: history.map((step) => composeLetter({ order, history }, step)),
    documents: history.map((step) => transitionDocument(order, step, order.placedAt)),
    extra: [],
  };
}

const event = ({ orderId }: Order, step: Step) => JSON.stringify({ orderId, ...step });
const is = (version: number) => (step: Step) => step.version === version;
const replace = <T>(list: T[], index: number, change: Partial<T>) =>
  list.splice(index, 1, { ...(list[index] as T), ...change });

const cases: readonly Case[] = [
  { title: 'an order that left every trace', expected: [], plant: () => {} },
  {
    title: 'an order that was accepted and never moved',
    expected: ['lost order'],
    plant: (_, traces) => Object.assign(traces, { events: [], history: [], letters: [], documents: [] }),
  },
  {
    title: 'an order that stopped half-way, with nothing left to move it',
    expected: ['lost order'],
    plant: (order, traces) => Object.assign(traces, tracesOf(order, wholeWay.slice(0, 3))),
  },
  {
    title: 'an order half-way whose next step is due',
    expected: [],
    plant(order, traces) {
      Object.assign(traces, tracesOf(order, ['process']));
      const next = { command: 'prepare' as const, at: Date.now() + 3_600_000 };
      for (const steps of [traces.history, traces.events]) replace(steps, 0, { next });
    },
  },
  {
    title: 'an order that a dead letter stopped',
    expected: [],
    plant(order, traces) {
      Object.assign(traces, tracesOf(order, ['process', 'prepare']));
      traces.extra.push({ topic: deadTopic('orders.ship'), key: order.orderId, value: 'x' });
    },
  },
  {
    title: 'a cancelled order',
    expected: [],
    plant: (order, traces) => Object.assign(traces, tracesOf(order, ['process', 'cancel'])),
  },
  {
    title: 'a transition that happened twice',
    expected: ['double transition'],
    plant: (_, { events }) => void events.push({ ...(events[1] as Step), at: 7 }),
  },
  {
    title: 'an event that was only told again',
    expected: [],
    plant: (_, { events }) => void events.push(events[1] as Step),
  },
  {
    title: 'a step that the lifecycle does not allow',
    expected: ['illegal history'],
    plant: (order, traces) => Object.assign(traces, tracesOf(order, ['process', 'ship', 'deliver', 'complete'])),
  },
  {
    title: 'a history with a hole',
    expected: ['document without a transition', 'illegal history', 'missing event'],
    plant: (_, traces) => void traces.events.splice(2, 1),
  },
  {
    title: 'a state that is not what the events tell',
    expected: ['state differs from the events'],
    plant: (_, { history }) => void replace(history, 1, { at: (history[1]?.at ?? 0) + 1 }),
  },
  {
    title: 'a step that Redis has not seen',
    expected: ['state differs from the events'],
    plant: (_, { history }) => void history.pop(),
  },
  {
    title: 'an e-mail that nobody got',
    expected: ['missing e-mail'],
    plant: (_, { letters }) => void letters.splice(2, 1),
  },
  {
    title: 'a second e-mail about one step',
    expected: ['second e-mail'],
    plant: (_, { letters }) => void letters.push({ ...(letters[1] as Letter), messageId: '<other@despacho.local>' }),
  },
  {
    title: 'an e-mail that came again as it was',
    expected: [],
    plant: (_, { letters }) => void letters.push(letters[1] as Letter),
  },
  {
    title: 'an e-mail that the mail server refused for good',
    expected: [],
    plant(order, { letters, history, extra }) {
      letters.splice(2, 1);
      const step = history.find(is(3)) as Step;
      extra.push({ topic: deadTopic(eventsTopic), key: order.orderId, value: event(order, step) });
    },
  },
  {
    title: 'a transition without a document',
    expected: ['missing document'],
    plant: (_, { documents }) => void documents.splice(3, 1),
  },
  {
    title: 'a document that still waits in Kafka',
    expected: [],
    plant(_, { documents, extra }) {
      for (const document of documents.splice(3, 1)) {
        extra.push({ topic: documentsTopic, key: document.id, value: JSON.stringify(document) });
      }
    },
  },
  {
    title: 'a document about nothing that happened',
    expected: ['document without a transition', 'missing document'],
    plant: ({ orderId }, { documents }) => void replace(documents, 4, { id: stepId(orderId, 9) }),
  },
];

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
    ...traces.events.map((step) => ({ topic: eventsTopic, key: order.orderId, value: event(order, step) })),
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
