import type { Group } from './group.ts';

/** A sign of life of a member. @returns the name of the error, or NONE */
export function heartbeat(group: Group | undefined, memberId: string, generation: number): string {
  const member = group?.members.get(memberId);
  if (!group || !member || group.state === 'Empty') return 'UNKNOWN_MEMBER_ID';
  if (generation !== group.generation) return 'ILLEGAL_GENERATION';
  group.members.touch(member);
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** Whether one may commit. @returns the name of the error, or NONE */
export function mayCommit(group: Group | undefined, memberId: string, generation: number): string {
  // Somebody outside of the group, who may as long as it has no members.
  if (generation < 0 && (group?.members.size ?? 0) === 0) return 'NONE';
  if (!group) return 'ILLEGAL_GENERATION';
  const member = group.members.get(memberId);
  if (!member) return 'UNKNOWN_MEMBER_ID';
  if (generation !== group.generation) return 'ILLEGAL_GENERATION';
  if (group.state === 'CompletingRebalance') return 'REBALANCE_IN_PROGRESS';
  group.members.touch(member);
  return 'NONE';
}
