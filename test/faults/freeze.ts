import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { memberPids, signalGroup } from '../../infra/engines/processGroup.ts';

/** Resolves when all of the group has really stopped: on a busy machine it may still answer for a while. */
export async function freeze(group: number): Promise<void> {
  signalGroup(group, 'SIGSTOP', true);
  const state = async (pid: number) =>
    /\) (.)/.exec(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') T'))?.[1];
  while ((await Promise.all(memberPids(group).map(state))).some((one) => one !== 'T')) await setImmediate();
}
