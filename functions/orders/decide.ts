/**
 * The rules of the shop, without any effect: what one command does to one order.
 * The same order, command, rules and moment always give the same decision, so a whole run can be repeated.
 */
import { between, chance } from './chance.ts';
import { type Command, leaving, type State, transition } from './lifecycle.ts';
import type { Call, Order, Step } from './records.ts';

type Range = Readonly<{ low: number; high: number }>;

/** What waits and mishaps are drawn by. */
export type Rules = Readonly<{
  /** Seconds spent in each state that is left by time. */
  waits: Readonly<Record<State, Range>>;
  /** Probability that a delivery fails and the order goes back one state. */
  setback: number;
  seed: number;
}>;

/** Only the step of `advance` is not in the history yet. `stale` and `refuse` change nothing, and count as ignored. */
export type Decision =
  /** The order moves: `step` is to be written, and told. */
  | Readonly<{ kind: 'advance'; step: Step }>
  /** It has moved already: what the first delivery may have left undone is done again. */
  | Readonly<{ kind: 'repeat'; step: Step; last: boolean }>
  /** The order went another way in the meantime (it was cancelled, say): nothing to do. */
  | Readonly<{ kind: 'stale' }>
  /** Asked for, and not possible in this state. */
  | Readonly<{ kind: 'refuse'; state: State }>
  /** Nothing is known yet of the step before it: to be tried again. */
  | Readonly<{ kind: 'early' }>;

/** What a decision depends on, besides the command. `now` and `producedAt` are ms since 1970. */
export type Situation = Readonly<{
  order: Order;
  /** Oldest step first; empty where nothing is known of the order. */
  history: readonly Step[];
  rules: Rules;
  now: number;
  /** When the record that asks was put into Kafka; -1 where its producer told no time. */
  producedAt?: number | undefined;
}>;

/** The timed command that an order's arrival in `state` arms, and its moment; none in a final state. */
export function arm({ order, now, rules }: Situation, state: State, version: number): Step['next'] {
  const timed = leaving(state, 'timer');
  if (!timed) return undefined;
  const mishap = leaving(state, 'mishap');
  const fails = mishap && chance(rules.seed, 'mishap', order.orderId, version) < rules.setback;
  const seconds = between(rules.waits[state], chance(rules.seed, 'wait', order.orderId, version));
  return { command: fails ? mishap : timed, at: Math.round(now + (seconds * 1000) / order.clock) };
}

function advance(situation: Situation, command: Command, due?: Call['due']): Decision {
  const { history, now, producedAt } = situation;
  const version = history.length + 1;
  const { to } = transition(command);
  // Clocks of two machines differ, one is set back, and whoever lost a race began before it: no step comes before the one
  // it follows, nor before the moment at which its timer had fired.
  const at = Math.max(now, history.at(-1)?.at ?? 0, due?.at ?? 0);
  const next = arm({ ...situation, now: at }, to, version);
  const optional = {
    ...(producedAt !== undefined && producedAt >= 0 && { producedAt }),
    ...(due && { due }),
    ...(next && { next }),
  };
  return { kind: 'advance', step: { version, command, from: history.at(-1)?.to ?? null, to, at, ...optional } };
}

const repeat = (step: Step, history: readonly Step[]): Decision => ({
  kind: 'repeat',
  step,
  last: step.version === history.length,
});

/** A new order's first step; an order that is there already is repeated, whatever the new record says. */
export function decidePlaced(situation: Situation): Decision {
  const [first] = situation.history;
  return first ? repeat(first, situation.history) : advance(situation, 'process');
}

/** A timed step applies to the version that armed it, and to no other. */
function decideTimed(situation: Situation, command: Command, version: number, due: Call['due']): Decision {
  const { history } = situation;
  const applied = history[version];
  if (applied) return applied.command === command ? repeat(applied, history) : { kind: 'stale' };
  const state = history[version - 1]?.to;
  if (!state) return { kind: 'early' };
  // Fired by a step that Redis forgot before the log was told of it: made again, it has armed another moment.
  const armed = history[version - 1]?.next;
  if (due && armed && armed.at !== due.at) return { kind: 'stale' };
  return transition(command).from.includes(state) ? advance(situation, command, due) : { kind: 'stale' };
}

/** A requested step applies to whatever state the order is in, where the table allows it. */
function decideRequested(situation: Situation, command: Command): Decision {
  const { history } = situation;
  const done = history.findLast((step) => step.command === command);
  if (done) return repeat(done, history);
  const state = history.at(-1)?.to;
  if (!state) return { kind: 'early' };
  return transition(command).from.includes(state) ? advance(situation, command) : { kind: 'refuse', state };
}

/** What a call of `command` does to an order. */
export function decide(situation: Situation, command: Command, call: Call): Decision {
  return call.version === undefined
    ? decideRequested(situation, command)
    : decideTimed(situation, command, call.version, call.due);
}
