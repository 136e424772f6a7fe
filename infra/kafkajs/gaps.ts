import type { Consumer } from 'kafkajs';

/**
 * Calls `missed` whenever a consumer that commits nothing, and reads from the log's end on, may have missed records: where it has
 * joined its group (again) it begins, at each broker, with what comes after its first fetch from there has begun. A fetch that was
 * under way when it joined tells nothing of that.
 */
export function onGap(consumer: Consumer, missed: () => void): void {
  const { GROUP_JOIN, FETCH_START, FETCH } = consumer.events;
  /** Of each broker, which fetch since the last joining there was last. */
  const fetches = new Map<number, 'first' | 'later'>();
  consumer.on(GROUP_JOIN, () => fetches.clear());
  consumer.on(FETCH_START, ({ payload: { nodeId } }) => {
    if (!fetches.has(nodeId)) fetches.set(nodeId, 'first');
  });
  consumer.on(FETCH, ({ payload: { nodeId } }) => {
    if (fetches.get(nodeId) !== 'first') return;
    fetches.set(nodeId, 'later');
    missed();
  });
}
