import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, transition } from '../../functions/orders/lifecycle.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { type Event, type Step, stepId } from '../../functions/orders/records.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './judge.ts';
import type { OffenceKind } from './offences.ts';

const order = sampleOrder();
const { orderId } = order;

const wholeWay: readonly Command[] = ['process', 'prepare', 'ship', 'deliver', 'complete'];

/** Each step a second after the one that armed it, at its moment. */
const stepsOf = (commands: readonly Command[]): Step[] =>
  commands.map((command, index) => {
    const [before, after] = [commands[index - 1], wholeWay[index + 1]];
    const at = 2000 + 1000 * index;
    const next = after && { next: { command: after, at: at + 1000 } };
    const from = before ? transition(before).to : null;
    return { version: index + 1, command, from, to: transition(command).to, at, ...next };
  });

type Traces = { -readonly [K in keyof Evidence]: Evidence[K] } & { steps: Step[]; told: Event[] };

/** An order that left every trace of this way, changed by `harm`. @returns the kinds of what is found */
function found(harm: (traces: Traces) => void, commands: readonly Command[] = wholeWay): OffenceKind[] {
  const steps = stepsOf(commands);
  const told = steps.map((step) => ({ ...step, orderId }));
  const names = steps.map(({ version }) => stepId(orderId, version));
  const traces: Traces = {
    steps,
    told,
    placed: new Map([[orderId, order]]),
    events: new Map([[orderId, told]]),
    progress: new Map([[orderId, { order, history: steps }]]),
    dead: new Map(),
    alive: new Set(),
    due: new Map(),
    lookedAt: 1_000_000,
    letters: new Map(names.map((name) => [name, new Map([[`<${name}>`, 1]])])),
    strayLetters: new Set(),
    unseen: [],
    unsent: new Set(),
    unsendable: new Set(),
    documents: new Set(names),
    unwritten: new Set(),
  };
  harm(traces);
  const { offences } = judge(traces, { email: true, metrics: true, whole: true });
  return [...new Set(offences.map(({ kind }) => kind))].sort();
}

const change = (list: Step[], index: number, what: Partial<Step>) => Object.assign(list[index] as Step, what);
const only = stepId(orderId, 2);

const offences: readonly (readonly [title: string, expected: OffenceKind[], harm: (traces: Traces) => void])[] = [
  ['an order that left every trace', [], () => {}],
  [
    'a timer that fired an hour early',
    ['early transition'],
    ({ steps, told }) => {
      for (const list of [steps, told]) change(list, 0, { next: { command: 'prepare', at: 3_603_000 } });
    },
  ],
  [
    'another step than the one that was armed',
    ['transition that was not armed'],
    ({ steps, told }) => {
      for (const list of [steps, told]) change(list, 2, { next: { command: 'setback', at: 5000 } });
    },
  ],
  [
    'two events of a version that arm other moments',
    ['double transition'],
    ({ told }) => void told.push({ ...(told[1] as Event), next: { command: 'ship', at: 99_999 } }),
  ],
  ['an event that was only told again', [], ({ told }) => void told.push({ ...(told[1] as Event) })],
  [
    'another moment armed in Redis than in the event',
    ['state differs from the events'],
    ({ told }) => void change(told, 1, { next: { command: 'ship', at: 3999 }, at: 3000 }),
  ],
  [
    'another price in Redis',
    ['order differs in Redis'],
    ({ progress, steps }) => void progress.set(orderId, { order: { ...order, price: 1 }, history: steps }),
  ],
  ['a letter to a stranger', ['e-mail to a stranger'], ({ strayLetters }) => void strayLetters.add(only)],
  [
    'a letter that came a hundred times',
    ['e-mail over and over'],
    ({ letters }) => void letters.get(only)?.set(`<${only}>`, 100),
  ],
  ['a letter that a crash repeated', [], ({ letters }) => void letters.get(only)?.set(`<${only}>`, 2)],
  [
    'events of an order that nobody placed',
    ['order that nobody placed'],
    ({ events, told }) => void events.set('00000000-0000-4000-8000-000000000002', told),
  ],
  [
    'an inbox that could not be asked: no e-mail is missed',
    [],
    (traces) => Object.assign(traces, { letters: new Map(), unseen: ['the e-mails: no inbox answers at INBOX_URL'] }),
  ],
];
for (const [title, expected, harm] of offences) {
  test(`${title}: ${expected.join() || 'no offence'}`, () => assert.deepEqual(found(harm), expected));
}

const halfWay: readonly (readonly [title: string, expected: OffenceKind[], harm: (traces: Traces) => void])[] = [
  [
    'an order that waits for its moment',
    [],
    ({ alive, due }) => {
      alive.add(orderId);
      due.set(orderId, 1_000_500);
    },
  ],
  [
    'an order that has been overdue for long, its timers dead',
    ['overdue order'],
    ({ alive, due }) => {
      alive.add(orderId);
      due.set(orderId, 4000);
    },
  ],
  ['an order whose next step lies among the dead letters', [], ({ dead }) => void dead.set(orderId, new Set(['ship']))],
  [
    'an order that only another command of lies there: lost',
    ['lost order'],
    ({ dead }) => void dead.set(orderId, new Set(['cancel'])),
  ],
];
for (const [title, expected, harm] of halfWay) {
  test(`${title}: ${expected.join() || 'no offence'}`, () =>
    assert.deepEqual(found(harm, ['process', 'prepare']), expected));
}
