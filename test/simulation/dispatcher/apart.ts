import { type Action, goesBack, lastsOf, noticed } from './scenario.ts';

/** Before and after a log goes back, ms. */
const around = { before: 3000, after: 20_000 } as const;
/** ms after which a killed one's partitions are read again: its session has run out and the others have joined. */
const unread = 25_000;
const awaits = (action: Action) => 'api' in action;

/**
 * A log that goes back is noticed by the next fetch, unless it is by then as long as before or its reader ends first:
 * then nobody could know. So one such event has some time for itself.
 */
export function apart(actions: [number, Action][]): [number, Action][] {
  const back = actions.find(([, action]) => goesBack(action));
  if (!back) return actions.sort(([one], [other]) => one - other);
  const [at] = back;
  const killed = actions.filter(([from, { kind }]) => kind === 'kill' && from < at);
  const readAt = Math.max(at, ...killed.map(([from]) => from + unread));
  const clear = actions.filter((one) => {
    const [from, action] = one;
    const overlaps = from < readAt + around.after && from + lastsOf(action) > at - around.before;
    // A fault waits for its request, and an answer that never comes is waited for.
    const waits = awaits(action) && from < readAt + around.after;
    return one === back || action.kind === 'append' || !(overlaps || waits || goesBack(action));
  });
  const moved = clear.map(([from, action]): [number, Action] =>
    action.kind === 'append' && from + action.lasts > at - around.before && from < readAt + noticed
      ? [readAt + noticed, action]
      : [from, action],
  );
  return moved.sort(([one], [other]) => one - other);
}
