/** What an order leaves behind in every engine, and what may be wrong with it. */
import { type Command, transition } from '../../functions/orders/lifecycle.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { type Event, type Step, stepId } from '../../functions/orders/records.ts';
import type { Evidence } from './evidence.ts';
import { judge, type Verdict } from './judge.ts';
import type { OffenceKind } from './offences.ts';

const order = sampleOrder();
export const { orderId } = order;

export const wholeWay: readonly Command[] = ['process', 'prepare', 'ship', 'deliver', 'complete'];

/** Each step a second after the one that armed it, at its moment. */
const stepsOf = (commands: readonly Command[]): Step[] =>
  commands.map((command, index) => {
    const [before, after] = [commands[index - 1], wholeWay[index + 1]];
    const at = 2000 + 1000 * index;
    const next = after && { next: { command: after, at: at + 1000 } };
    const from = before ? transition(before).to : null;
    return { version: index + 1, command, from, to: transition(command).to, at, ...next };
  });

export type Traces = { -readonly [K in keyof Evidence]: Evidence[K] } & { steps: Step[]; told: Event[] };

/** An order that left every trace of this way, changed by `harm`. */
export function judged(harm: (traces: Traces) => void, commands: readonly Command[] = wholeWay): Verdict {
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
    unplaced: new Set(),
    letters: new Map(names.map((name) => [name, new Map([[`<${name}>`, 1]])])),
    strayLetters: new Set(),
    unseen: {},
    unsent: new Set(),
    unsendable: new Set(),
    documents: new Set(names),
    documentsFrom: 0,
    unwritten: new Set(),
  };
  harm(traces);
  return judge(traces, { email: true, metrics: true, whole: true });
}

export const found = (harm: (traces: Traces) => void, commands?: readonly Command[]): OffenceKind[] =>
  [...new Set(judged(harm, commands).offences.map(({ kind }) => kind))].sort();

const change = (list: Step[], index: number, what: Partial<Step>) => Object.assign(list[index] as Step, what);
/** In the log and in Redis alike. */
const changeBoth = ({ steps, told }: Traces, index: number, what: Partial<Step>) => {
  for (const list of [steps, told]) change(list, index, what);
};
export const only = stepId(orderId, 2);
/** It is not where it ends up, and is where it waits. */
const move = (from: { delete(step: string): boolean }, to: Set<string>): void => {
  from.delete(only);
  to.add(only);
};

export type Case = readonly [title: string, expected: OffenceKind[], harm: (traces: Traces) => void];

export const offences: readonly Case[] = [
  ['an order that left every trace', [], () => {}],
  [
    'a timer that fired an hour early',
    ['early transition'],
    (traces) => changeBoth(traces, 0, { next: { command: 'prepare', at: 3_603_000 } }),
  ],
  [
    'a timer that fired early for a step that says otherwise',
    ['early transition'],
    (traces) => changeBoth(traces, 1, { due: { at: 2, firedAt: 1 } }),
  ],
  [
    'another step than the one that was armed',
    ['transition that was not armed'],
    (traces) => changeBoth(traces, 2, { next: { command: 'setback', at: 5000 } }),
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
  [
    'an order that its caller was told to be stored, and that no log has',
    ['acknowledged, not stored'],
    ({ unplaced }) => void unplaced.add('00000000-0000-4000-8000-000000000003'),
  ],
  [
    'a version that is another step in another event',
    ['double transition'],
    ({ told }) => void told.push({ ...(told[1] as Event), command: 'cancel', to: 'cancelled' }),
  ],
  [
    'a step before the one that it follows',
    ['early transition', 'illegal history'],
    (traces) => changeBoth(traces, 2, { at: 1 }),
  ],
  [
    'a step to a state that it does not lead to',
    ['illegal history', 'lost order'],
    (traces) => changeBoth(traces, 4, { to: 'shipped' }),
  ],
  [
    'a step from a state that the order was not in',
    ['illegal history'],
    (traces) => changeBoth(traces, 3, { from: 'preparing' }),
  ],
  [
    'an event that is missing between others',
    ['document without a transition', 'illegal history', 'missing event', 'transition that was not armed'],
    ({ told }) => void told.splice(2, 1),
  ],
  [
    'a last step that Redis has and the log has not',
    ['document without a transition', 'lost order', 'missing event'],
    ({ told }) => void told.pop(),
  ],
  ['a step that Redis has not seen', ['state differs from the events'], ({ steps }) => void steps.pop()],
  [
    'another address in Redis',
    ['order differs in Redis'],
    ({ progress, steps }) => void progress.set(orderId, { order: { ...order, address: 'x' }, history: steps }),
  ],
  ['an e-mail that nobody got', ['missing e-mail'], ({ letters }) => void letters.delete(only)],
  ['a second e-mail about a step', ['second e-mail'], ({ letters }) => void letters.get(only)?.set('<another>', 1)],
  ['an e-mail that is still to be sent', [], ({ letters, unsent }) => move(letters, unsent)],
  ['an e-mail that was given up', [], ({ letters, unsendable }) => move(letters, unsendable)],
  ['a transition without a document', ['missing document'], ({ documents }) => void documents.delete(only)],
  [
    'a transition whose document may have been removed for its age',
    [],
    (traces) => {
      traces.documents.delete(only);
      traces.documentsFrom = (traces.told[1]?.at ?? 0) + 1;
    },
  ],
  ['a document that still waits', [], ({ documents, unwritten }) => move(documents, unwritten)],
  [
    'a document of a transition that never was',
    ['document without a transition'],
    ({ documents }) => void documents.add(stepId(orderId, 9)),
  ],
  [
    'an Elasticsearch that could not be asked: no document is missed',
    [],
    (traces) => Object.assign(traces, { documents: new Set(), unseen: { documents: 'it does not answer' } }),
  ],
  [
    'no inbox, and a document that is missing: what can be seen is judged',
    ['missing document'],
    (traces) => {
      Object.assign(traces, { letters: new Map(), unseen: { emails: 'no inbox answers at INBOX_URL' } });
      traces.documents.delete(only);
    },
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
    (traces) => Object.assign(traces, { letters: new Map(), unseen: { emails: 'no inbox answers at INBOX_URL' } }),
  ],
];
