/**
 * The one table of an order's life. A new transition is one row here and one small file beside it.
 * The table is checked when this module loads: every state can be reached, and only final states are dead ends.
 */
import { namesOf } from '../../infra/namesOf.ts';

/** ISO 639-1 codes, which `Intl` and HTML's `lang` take as they are. */
export const languages = ['es', 'en'] as const;
/** Of an order that names none: DESPACHO_LANGUAGE. */
export type Language = (typeof languages)[number];
type Labels = Readonly<Record<Language, string>>;

/**
 * Where an order can be. A timed order leaves a state that is not final when its `wait` there (seconds, evenly spread)
 * is over; DESPACHO_WAITS sets other ones.
 */
export const states = {
  processing: { label: { es: 'Procesando', en: 'Processing' }, final: false, wait: '3-5' },
  preparing: { label: { es: 'Preparación', en: 'Preparing' }, final: false, wait: '4-6' },
  shipped: { label: { es: 'Enviado', en: 'Shipped' }, final: false, wait: '5-7' },
  delivered: { label: { es: 'Entregado', en: 'Delivered' }, final: false, wait: '6-8' },
  completed: { label: { es: 'Finalizado', en: 'Completed' }, final: true },
  cancelled: { label: { es: 'Cancelado', en: 'Cancelled' }, final: true },
} as const satisfies Record<string, { label: Labels } & ({ final: false; wait: string } | { final: true })>;

/** Redis, Kafka and Elasticsearch keep these names: one that is renamed is not understood in older records. */
export type State = keyof typeof states;
/** In the table's order, which is that of DESPACHO_WAITS and of the progress bar in e-mails. */
export const stateNames = namesOf(states);

/** The states that are left when a wait is over, in their order, and the seconds of each, like 3-5. */
export const waitingStates = stateNames.filter((name) => !states[name].final);
/** One for each of `waitingStates`, in the same order: DESPACHO_WAITS unless it is set. */
export const usualWaits = stateNames.flatMap((name) => ('wait' in states[name] ? [states[name].wait] : []));

/**
 * Why a transition happens: `placed`, the order came in; `timer`, its wait in the state is over;
 * `mishap`, the same but chance turned against it; `request`, somebody asked.
 */
type Cause = 'placed' | 'timer' | 'mishap' | 'request';

type Row = Readonly<{ from: readonly State[]; to: State; cause: Cause; topic: string; label: Labels }>;

/**
 * Each row by its command, which is also the name of its function and file. `from` is empty for what begins an order;
 * `topic` is without the namespace.
 */
export const transitions = {
  process: {
    from: [],
    to: 'processing',
    cause: 'placed',
    topic: 'orders.placed',
    label: { es: 'Pedido recibido', en: 'Order received' },
  },
  prepare: {
    from: ['processing'],
    to: 'preparing',
    cause: 'timer',
    topic: 'orders.prepare',
    label: { es: 'Procesando→Preparación', en: 'Processing→Preparing' },
  },
  ship: {
    from: ['preparing'],
    to: 'shipped',
    cause: 'timer',
    topic: 'orders.ship',
    label: { es: 'Preparación→Enviado', en: 'Preparing→Shipped' },
  },
  deliver: {
    from: ['shipped'],
    to: 'delivered',
    cause: 'timer',
    topic: 'orders.deliver',
    label: { es: 'Enviado→Entregado', en: 'Shipped→Delivered' },
  },
  complete: {
    from: ['delivered'],
    to: 'completed',
    cause: 'timer',
    topic: 'orders.complete',
    label: { es: 'Entregado→Finalizado', en: 'Delivered→Completed' },
  },
  setback: {
    from: ['shipped'],
    to: 'preparing',
    cause: 'mishap',
    topic: 'orders.setback',
    label: { es: 'Entrega fallida', en: 'Failed delivery' },
  },
  cancel: {
    from: ['processing', 'preparing'],
    to: 'cancelled',
    cause: 'request',
    topic: 'orders.cancel',
    label: { es: 'Pedido cancelado', en: 'Order cancelled' },
  },
} as const satisfies Record<string, Row>;

/** Kept in every step and event: one that is renamed is not understood in older records. */
export type Command = keyof typeof transitions;
/** In the table's order. An event with any other command is a dead letter. */
export const commandNames = namesOf(transitions);

/** The row of a command, with its literal types widened so that code can treat all rows alike. */
export const transition = (command: Command): Row => transitions[command];

/** Nothing leaves a final state, and Redis forgets an order in one after DESPACHO_KEEP_FINISHED hours. */
export const isFinal = (state: State): boolean => states[state].final;

/** The command that leaves `state` when its wait is over; none from a final state. */
export function leaving(state: State, cause: 'timer' | 'mishap'): Command | undefined {
  return commandNames.find((name) => transition(name).cause === cause && transition(name).from.includes(state));
}

/** @throws Error naming the state or row that breaks the table */
function checkLifecycle(): void {
  for (const state of stateNames) {
    const rows = commandNames.map(transition);
    if (!rows.some((row) => row.to === state)) throw new Error(`lifecycle: nothing leads to "${state}"`);
    const exits = rows.filter((row) => row.from.includes(state));
    if (isFinal(state) && exits.length > 0) throw new Error(`lifecycle: "${state}" is final and yet is left`);
    if (!isFinal(state) && exits.filter((row) => row.cause === 'timer').length !== 1) {
      throw new Error(`lifecycle: "${state}" needs exactly one timed way out`);
    }
  }
  const reached = new Set<State>(
    commandNames
      .map(transition)
      .filter((row) => row.from.length === 0)
      .map((row) => row.to),
  );
  for (const _ of stateNames) {
    for (const row of commandNames.map(transition)) if (row.from.some((from) => reached.has(from))) reached.add(row.to);
  }
  const lost = stateNames.filter((state) => !reached.has(state));
  if (lost.length > 0) throw new Error(`lifecycle: a new order can never reach ${lost.join(', ')}`);
}

checkLifecycle();
