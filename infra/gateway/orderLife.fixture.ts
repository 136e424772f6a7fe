import { type Command, transition } from '../../functions/orders/lifecycle.ts';
import type { Order, Step } from '../../functions/orders/records.ts';

const commands: readonly Command[] = ['process', 'prepare', 'ship', 'deliver', 'complete'];

/** A whole life without mishaps, a millisecond a step, for tests. */
export const lifeOf = ({ placedAt }: Order): Step[] =>
  commands.map((command, index) => ({
    version: index + 1,
    command,
    from: transition(command).from[0] ?? null,
    to: transition(command).to,
    at: placedAt + index,
  }));
