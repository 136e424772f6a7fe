import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../clock.ts';
import { systemFolder, systemName } from './pidFile.ts';

/** `stop` takes the file away: the process is no longer up, though it still works. */
export type Heartbeat = Readonly<{ stop(): void }>;

/** Milliseconds. */
const every = 5000;

/**
 * Renews a file as long as this process is up and its event loop turns: what looks after containers goes by its date
 * (infra/image/healthy.sh), and nothing has to listen for it.
 */
export function startHeartbeat(path = join(systemFolder, `${systemName}.up`)): Heartbeat {
  const beat = () => writeFileSync(path, '');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  beat();
  const timer = systemClock.every(every, beat);
  return {
    stop() {
      timer.cancel();
      rmSync(path, { force: true });
    },
  };
}
