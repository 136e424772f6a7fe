import { tableOf } from '../../infra/namesOf.ts';
import type { Invocation } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import type { Settings } from '../settings.ts';
import type { OrderPorts } from './connect.ts';
import { type Decision, decide, decidePlaced, type Rules, type Situation } from './decide.ts';
import { type Command, stateNames } from './lifecycle.ts';
import type { Orders } from './ports.ts';
import type { Call, Order, Step } from './records.ts';

/** A record that was read and found good. A new order brings itself along; every other call names one. */
export type Request = Readonly<{ record: Incoming; call: Call; placed?: Order }>;

/** What was decided on one request, and the order as it stands after its whole batch. */
export type Decided = Readonly<{
  request: Request;
  decision: Decision;
  order: Order | undefined;
  history: readonly Step[];
}>;

type Working = { order: Order | undefined; known: number; history: Step[] };

/** Somebody else moving the same order at the same time (a cancellation) is rare: more rounds mean a fault. */
const mostRounds = 10;

/** The shop's rules out of the settings: a range for each state that is left, in the lifecycle's order. */
export function rulesOf({ waits, setback, seed }: Pick<Settings, 'waits' | 'setback' | 'seed'>): Rules {
  const none = { low: 0, high: 0 };
  return { waits: tableOf(stateNames, (state) => waits[stateNames.indexOf(state)] ?? none), setback, seed };
}

/**
 * Decides on every request and writes all that moved in one atomic step. Requests of one order are decided in
 * their order. Where an order was moved by somebody else in between, its requests are decided again.
 * `slots`: the time slots that need an alarm.
 */
export async function decideAll(
  command: Command,
  requests: readonly Request[],
  { ports, now }: Invocation<OrderPorts>,
): Promise<{ decided: Decided[]; slots: number[] }> {
  const by = { rules: rulesOf(ports.settings), now };
  const decided: Decided[] = [];
  const slots: number[] = [];
  let open = requests;
  for (let round = 0; open.length > 0; round++) {
    if (round === mostRounds) throw new Error(`${open.length} orders keep being moved by somebody else`);
    // An order is placed once: that it is known already shows when it is written, and then it is loaded.
    const fresh = round === 0 && open.every(({ placed }) => placed);
    const working = await loadWorking(ports.orders, open, fresh);
    const decisions = open.map((request) => decideOne(command, request, at(working, request), by));
    const written = await writeMoved(ports.orders, working);
    slots.push(...written.slots);
    const again: Request[] = [];
    open.forEach((request, index) => {
      const { order, history } = at(working, request);
      const decision = decisions[index];
      if (!decision || written.conflicts.has(request.call.orderId)) again.push(request);
      else decided.push({ request, decision, order, history });
    });
    open = again;
  }
  return { decided, slots };
}

async function loadWorking(
  orders: Orders,
  requests: readonly Request[],
  fresh: boolean,
): Promise<Map<string, Working>> {
  const ids = [...new Set(requests.map(({ call }) => call.orderId))];
  const loaded = fresh ? [] : await orders.load(ids);
  return new Map(
    ids.map((id, index) => {
      const { order, history = [] } = loaded[index] ?? {};
      return [id, { order, known: history.length, history: [...history] }];
    }),
  );
}

function at(working: Map<string, Working>, { call }: Request): Working {
  const found = working.get(call.orderId);
  if (!found) throw new Error(`order ${call.orderId} was not loaded`);
  return found;
}

function decideOne(
  command: Command,
  request: Request,
  entry: Working,
  { rules, now }: Pick<Situation, 'rules' | 'now'>,
): Decision {
  entry.order ??= request.placed;
  const { order, history } = entry;
  if (!order) return { kind: 'early' };
  const situation = { order, history, rules, now, producedAt: request.record.timestamp };
  const decision = request.placed ? decidePlaced(situation) : decide(situation, command, request.call);
  if (decision.kind === 'advance') history.push(decision.step);
  return decision;
}

async function writeMoved(orders: Orders, working: Map<string, Working>) {
  const moved = [...working.values()].flatMap(({ order, known, history }) =>
    order && history.length > known ? [{ order, known, history }] : [],
  );
  const { written, slots } = await orders.advance(moved);
  const lost = moved.filter((_, index) => !written[index]).map(({ order }) => order.orderId);
  return { conflicts: new Set(lost), slots };
}
