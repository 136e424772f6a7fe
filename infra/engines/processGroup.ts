/**
 * An engine is a process group: whatever it forks belongs to it, and nothing of it can be orphaned unseen.
 * A group is ours only if a process in it carries our mark in its environment, so that a process id
 * that the system has given to somebody else is never mistaken for the engine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { sleep, systemClock } from '../clock.ts';
import { codeOf } from '../faults.ts';

/** The ids of the processes of this group that live; none where it is gone. */
export function memberPids(group: number): number[] {
  const members: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && groupOf(pid) === group) members.push(pid);
  }
  return members;
}

/**
 * Fields of /proc/<pid>/stat from the third on, behind the name, which may itself hold spaces and brackets.
 * A killed process is a zombie while its threads still end, and has its ports until the last of them is gone.
 */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1 ? undefined : fields;
  } catch {
    return undefined;
  }
}

function groupOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && Number(fields[2]);
}

/**
 * When the process began, in the kernel's own count: with the number, it tells a process from a later one that was given
 * the same number. Undefined where there is none, whoever's it is.
 */
export const startOf = (pid: number): string | undefined => statOf(pid)?.[19];

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
  } catch {
    return false;
  }
}

/** Whether this process group lives and is the one that was started with `mark` (NAME=value) in its environment. */
export function isAlive(group: number, mark: string): boolean {
  if (groupOf(group) === group && carries(group, mark)) return true;
  return memberPids(group).some((pid) => carries(pid, mark));
}

/** The leader alone, which tells the others; the whole group where the leader is gone. */
export function signalGroup(group: number, signal: NodeJS.Signals, everyone = false): void {
  const target = everyone || groupOf(group) !== group ? -group : group;
  try {
    process.kill(target, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** @returns false when somebody of the group is still there after `seconds` */
export async function isGone(group: number, seconds: number): Promise<boolean> {
  for (
    const deadline = systemClock.monotonic() + seconds * 1000;
    systemClock.monotonic() < deadline;
    await sleep(systemClock, 25)
  ) {
    if (memberPids(group).length === 0) return true;
  }
  return memberPids(group).length === 0;
}
