import { type Language, type State, stateNames, states } from '../../functions/orders/lifecycle.ts';
import type { Move } from './orders.ts';

/**
 * Shows orders as they move: a line for each state, drawn again in place on a terminal;
 * elsewhere a line for each transition.
 */
export function board(language: Language, output: NodeJS.WriteStream = process.stdout): (move: Move) => void {
  const shown = stateNames.filter((state) => state !== 'cancelled');
  const where = new Map<string, State>();
  let drawn = false;
  const lineOf = (state: State): string => {
    const count = [...where.values()].filter((one) => one === state).length;
    return `  ${states[state].label[language].padEnd(14)}${'●'.repeat(count)} ${count || ''}`;
  };
  return ({ orderId, command, to, milliseconds }) => {
    where.set(orderId, to);
    if (!output.isTTY) {
      output.write(
        `  order ${orderId.slice(0, 8)}  ${states[to].label[language].padEnd(14)} ${command}, ${milliseconds} ms\n`,
      );
      return;
    }
    if (drawn) output.moveCursor(0, -shown.length);
    for (const state of shown) {
      output.clearLine(0);
      output.write(`${lineOf(state)}\n`);
    }
    drawn = true;
  };
}
