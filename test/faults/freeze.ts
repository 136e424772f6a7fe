import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { signalGroup } from '../../infra/engines/processGroup.ts';

/** Resolves when the process has really stopped: on a busy machine it may still answer for a while. */
export async function freeze(group: number): Promise<void> {
  signalGroup(group, 'SIGSTOP', true);
  const state = async () => /\) (.)/.exec(await readFile(`/proc/${group}/stat`, 'latin1'))?.[1];
  while ((await state()) !== 'T') await setImmediate();
}
