import { type Command, commandNames, type State, transition } from '../../functions/orders/lifecycle.ts';
import type { Order, Step } from '../../functions/orders/records.ts';

/** A step is told late by as many others at most: more would be no gap, but a record of somebody else's. */
const mostMissing = 10;

/** Every way of so many steps by which the table leads from one state to another; null is before the first. */
function ways(from: State | null, to: State | null, steps: number): Command[][] {
  if (steps === 0) return from === to ? [[]] : [];
  return commandNames
    .filter((command) => (from ? transition(command).from.includes(from) : transition(command).from.length === 0))
    .flatMap((command) => ways(transition(command).to, to, steps - 1).map((rest) => [command, ...rest]));
}

/**
 * The steps that must have been between two that the log tells. A step is in Redis before its event is in Kafka, and what it
 * armed goes on meanwhile: later events can be there without it. Made again after Redis forgot it, it would arm another
 * moment, and all that follows would happen twice. What was armed is known by what it became; a step's own moment is not, and
 * is taken to be the first that it can have been. Its command's record, which is delivered again, tells its event.
 * @param before undefined where `after` is the first that is told
 * @returns undefined where the table leaves more than one way, or none
 */
export function missingSteps(order: Order, before: Step | undefined, after: Step): Step[] | undefined {
  const known = before?.version ?? 0;
  const count = after.version - known - 1;
  if (count === 0) return [];
  if (count > mostMissing) return undefined;
  const [way, other] = ways(before?.to ?? null, after.from, count);
  if (!way || other) return undefined;
  const armed = transition(after.command).cause === 'request' ? undefined : (after.due?.at ?? after.at);
  const at = Math.min(before?.next?.at ?? before?.at ?? order.placedAt, armed ?? after.at);
  return way.map((command, index) => ({
    ...{ version: known + 1 + index, command, at },
    from: index === 0 ? (before?.to ?? null) : transition(way[index - 1] ?? command).to,
    to: transition(command).to,
    ...(index === count - 1 && armed !== undefined && { next: { command: after.command, at: armed } }),
  }));
}
