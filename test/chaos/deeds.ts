/** What can be done to the process of an engine, or of a node. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine, Site } from '../../infra/engines/engine.ts';
import { isGone, signalGroup } from '../../infra/engines/processGroup.ts';
import { bringUp, findRunning } from '../../infra/engines/supervisor.ts';
import { freeze } from '../faults/freeze.ts';

/** ms between two looks whether an engine has ended by itself, as on a full disk. */
const lookEvery = 1000;

export type Deeds = Readonly<{
  kill(): Promise<void>;
  freeze(): Promise<void>;
  /** Whatever was done to it: resolves when it answers again. It is started anew, too, whenever it has ended by itself. */
  revive(): Promise<void>;
  /** It is not started any more. */
  forsake(): void;
}>;

/** @param engine that runs */
export function deeds(engine: Engine, site: Site): Deeds {
  const group = () => findRunning(site)?.group;
  const start = () => bringUp(engine, site, undefined);
  let wanted = true;
  const keep = async () => {
    // It may end again while it starts, and is then started again.
    if (wanted && group() === undefined) await start().catch(() => undefined);
    setTimeout(keep, lookEvery).unref();
  };
  void keep();
  return {
    async kill() {
      wanted = false;
      const running = group();
      if (running === undefined) return;
      signalGroup(running, 'SIGKILL', true);
      await isGone(running, 10);
    },
    async freeze() {
      const running = group();
      if (running !== undefined) await freeze(running);
    },
    async revive() {
      const running = group();
      if (running !== undefined) signalGroup(running, 'SIGCONT', true);
      wanted = true;
      while (
        wanted &&
        !(await start().then(
          () => true,
          () => false,
        ))
      )
        await pause(lookEvery);
    },
    forsake() {
      wanted = false;
    },
  };
}
