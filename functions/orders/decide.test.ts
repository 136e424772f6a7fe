import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arm, type Decision, decide, decidePlaced, type Situation } from './decide.ts';
import { rulesOf } from './decideAll.ts';
import { checkHistory } from './history.ts';
import { type Command, commandNames, isFinal, stateNames, states, transition, transitions } from './lifecycle.ts';
import { sampleOrder } from './order.fixture.ts';
import { type Call, eventSchema, type Step } from './records.ts';

const order = sampleOrder();
const range = (low: number, high: number) => ({ low, high });
const waits = [range(3, 5), range(4, 6), range(5, 7), range(6, 8), range(3, 4)];
const rules = rulesOf({ waits, setback: 0.5, seed: 7 });
const situation = (history: readonly Step[], now = 5000): Situation => ({ order, history, rules, now });

const timed = commandNames.filter((name) => ['timer', 'mishap'].includes(transition(name).cause));
const calls: fc.Arbitrary<{ command: Command; call: Call }> = fc.oneof(
  fc.record({
    command: fc.constantFrom(...timed),
    call: fc.record({ orderId: fc.constant(order.orderId), version: fc.integer({ min: 1, max: 8 }) }),
  }),
  fc.constant({ command: 'cancel' as const, call: { orderId: order.orderId } }),
  fc.constant({ command: 'process' as const, call: { orderId: order.orderId } }),
);

const take = (history: Step[], { command, call }: { command: Command; call: Call }): Decision =>
  command === 'process' ? decidePlaced(situation(history)) : decide(situation(history), command, call);

test('no sequence of commands, in any order, repeated or missing, leads to an illegal history', () => {
  fc.assert(
    fc.property(fc.array(calls, { maxLength: 60 }), (sequence) => {
      const history: Step[] = [];
      for (const item of sequence) {
        const decision = take(history, item);
        if (decision.kind === 'advance') history.push(decision.step);
      }
      assert.deepEqual(checkHistory(history), []);
    }),
    { numRuns: 2000 },
  );
});

test('an order whose producer told no time has events that fit their schema', () => {
  const first = decidePlaced({ ...situation([]), producedAt: -1 });
  assert.ok(first.kind === 'advance');
  assert.ok(eventSchema.safeParse({ ...first.step, orderId: order.orderId }).success);
});

test('a step never comes before the one that it follows, whatever the clocks say', () => {
  const first = decidePlaced(situation([], 5010));
  assert.ok(first.kind === 'advance');
  const late = decide(situation([first.step], 5000), 'cancel', { orderId: order.orderId });
  assert.ok(late.kind === 'advance');
  assert.equal(late.step.at, 5010);
  assert.deepEqual(checkHistory([first.step, late.step]), []);
});

test('a timed step never comes before its moment, where the clock that fired it is ahead of the one that applies it', () => {
  const first = decidePlaced(situation([], 5000));
  assert.ok(first.kind === 'advance' && first.step.next);
  const { at } = first.step.next;
  const call = { orderId: order.orderId, version: 1, due: { at, firedAt: at + 3 } };
  const second = decide(situation([first.step], at - 15_000), first.step.next.command, call);
  assert.ok(second.kind === 'advance');
  assert.equal(second.step.at, at);
  assert.deepEqual(checkHistory([first.step, second.step]), []);
});

test('a command delivered again changes nothing, and finds the step that it made', () => {
  fc.assert(
    fc.property(fc.array(calls, { maxLength: 40 }), (sequence) => {
      const history: Step[] = [];
      for (const item of sequence) {
        const first = take(history, item);
        if (first.kind !== 'advance') continue;
        history.push(first.step);
        const second = take(history, item);
        assert.deepEqual(second, { kind: 'repeat', step: first.step, last: true });
      }
    }),
  );
});

test('an order that follows its timers always ends, with every state told in between', () => {
  fc.assert(
    fc.property(fc.integer(), fc.float({ min: 0, max: Math.fround(0.9), noNaN: true }), (seed, setback) => {
      const own = rulesOf({ waits, setback, seed });
      const history: Step[] = [];
      let decision = decidePlaced({ order, history, rules: own, now: 0 });
      for (let count = 0; decision.kind === 'advance' && count < 1000; count++) {
        history.push(decision.step);
        const { next, version } = decision.step;
        if (!next) break;
        decision = decide({ order, history, rules: own, now: next.at }, next.command, {
          orderId: order.orderId,
          version,
        });
      }
      assert.equal(history.at(-1)?.to, 'completed');
      assert.deepEqual(checkHistory(history), []);
    }),
  );
});

test('a step ahead of what is known is early, one whose order went another way is stale', () => {
  assert.equal(decide(situation([]), 'prepare', { orderId: order.orderId, version: 1 }).kind, 'early');
  const placed = decidePlaced(situation([]));
  assert.ok(placed.kind === 'advance');
  const cancelled = decide(situation([placed.step]), 'cancel', { orderId: order.orderId });
  assert.ok(cancelled.kind === 'advance');
  const history = [placed.step, cancelled.step];
  assert.equal(decide(situation(history), 'prepare', { orderId: order.orderId, version: 1 }).kind, 'stale');
});

test('a shipped order can no longer be cancelled', () => {
  const history: Step[] = [
    { version: 1, command: 'process', from: null, to: 'processing', at: 0 },
    { version: 2, command: 'prepare', from: 'processing', to: 'preparing', at: 0 },
    { version: 3, command: 'ship', from: 'preparing', to: 'shipped', at: 0 },
  ];
  const decision = decide(situation(history), 'cancel', { orderId: order.orderId });
  assert.deepEqual(decision, { kind: 'refuse', state: 'shipped' });
});

test("a wait lies in the state's range, divided by the order's clock", () => {
  for (const [index, state] of stateNames.slice(0, 4).entries()) {
    const { low, high } = waits[index] ?? range(0, 0);
    for (const clock of [1, 60]) {
      for (let version = 1; version < 50; version++) {
        const next = arm({ order: { ...order, clock }, history: [], rules, now: 0 }, state, version);
        assert.ok(next && next.at >= Math.floor((low * 1000) / clock) && next.at <= Math.ceil((high * 1000) / clock));
      }
    }
  }
});

test('deliveries fail as often as the setting says', () => {
  const fails = (setback: number) =>
    Array.from({ length: 2000 }, (_, version) =>
      arm({ order, history: [], rules: rulesOf({ waits, setback, seed: 3 }), now: 0 }, 'shipped', version),
    ).filter((next) => next?.command === 'setback').length;
  assert.equal(fails(0), 0);
  assert.equal(fails(1), 2000);
  assert.ok(Math.abs(fails(0.25) - 500) < 100);
});

test('every state and transition has a label in Spanish and English', () => {
  for (const { label } of [...Object.values(states), ...Object.values(transitions)]) {
    assert.ok(label.es.length > 0 && label.en.length > 0);
  }
  assert.deepEqual(stateNames.filter(isFinal), ['completed', 'cancelled']);
});

test('what a forgotten step has fired does not move an order whose step was made again for another moment', () => {
  const first = decidePlaced(situation([], 5000));
  assert.ok(first.kind === 'advance' && first.step.next);
  const { command, at } = first.step.next;
  const call = (moment: number) => ({ orderId: order.orderId, version: 1, due: { at: moment, firedAt: moment } });
  assert.equal(decide(situation([first.step], at), command, call(at - 1000)).kind, 'stale');
  assert.equal(decide(situation([first.step], at), command, call(at)).kind, 'advance');
});
