/** What an order leaves in the engines, and what can be wrong with that: each offence planted once. */
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { composeLetter } from '../../functions/notifications/letter.ts';
import type { Letter } from '../../functions/notifications/ports.ts';
import { type Command, transition } from '../../functions/orders/lifecycle.ts';
import { type Order, type Step, stepId } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { transitionDocument } from '../../functions/orders/transitionDocument.ts';
import { deadTopic } from '../../functions/runtime/deadLetter.ts';
import type { Document, LogRecord } from '../../functions/runtime/ports.ts';
import type { OffenceKind } from '../../scripts/audit/offences.ts';

export const wholeWay = ['process', 'prepare', 'ship', 'deliver', 'complete'] as const;

/** What the engines hold of one order. */
type Traces = { events: Step[]; history: Step[]; letters: Letter[]; documents: Document[]; extra: LogRecord[] };
export type Case = Readonly<{
  title: string;
  expected: readonly OffenceKind[];
  plant(order: Order, traces: Traces): void;
}>;

const stepsOf = ({ placedAt }: Order, commands: readonly Command[]): Step[] =>
  commands.map((command, index) => {
    const before = commands[index - 1];
    const from = before ? transition(before).to : null;
    return { version: index + 1, command, from, to: transition(command).to, at: placedAt + 1000 * (index + 1) };
  });

/** All the traces of an order that went this way and left no doubt. */
export function tracesOf(order: Order, commands: readonly Command[]): Traces {
  const history = stepsOf(order, commands);
  return {
    history,
    events: [...history],
    letters: history.map((step) => composeLetter({ order, history }, step)),
    documents: history.map((step) => transitionDocument(order, step, order.placedAt)),
    extra: [],
  };
}

export const eventText = ({ orderId }: Order, step: Step) => JSON.stringify({ orderId, ...step });
const is = (version: number) => (step: Step) => step.version === version;
const replace = <T>(list: T[], index: number, change: Partial<T>) =>
  list.splice(index, 1, { ...(list[index] as T), ...change });

export const cases: readonly Case[] = [
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
      extra.push({ topic: deadTopic(eventsTopic), key: order.orderId, value: eventText(order, step) });
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
