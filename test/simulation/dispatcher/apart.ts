import { type Action, goesBack, lastsOf, noticed } from './scenario.ts';

/** Before and after a log goes back, ms. */
const around = { before: 3000, after: 20_000 } as const;
/** ms that a killed one's partitions are read by nobody at most: until its session has run out and the others have joined. */
const unread = 25_000;
const awaits = (action: Action) => 'api' in action;
const overAt = ([from, action]: [number, Action]) => from + lastsOf(action) + (action.kind === 'kill' ? unread : 0);

/**
 * A log that goes back is noticed by the next fetch, unless it is by then as long as before or its reader ends first:
 * then nobody could know. So one such event has some time for itself.
 */
export function apart(actions: [number, Action][]): [number, Action][] {
  const back = actions.find(([, action]) => goesBack(action));
  if (!back) return actions.sort(([one], [other]) => one - other);
  const [at] = back;
  const clear = actions.filter((one) => {
    const [from, action] = one;
    const overlaps = from < at + around.after && overAt(one) > at - around.before;
    // A fault waits for its request, and an answer that never comes is waited for.
    const waits = awaits(action) && from < at + around.after;
    return one === back || action.kind === 'append' || !(overlaps || waits || goesBack(action));
  });
  const moved = clear.map(([from, action]): [number, Action] =>
    action.kind === 'append' && from + action.lasts > at - around.before && from < at + noticed
      ? [at + noticed, action]
      : [from, action],
  );
  return moved.sort(([one], [other]) => one - other);
}
