/** A command that is ended when it hangs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock, type Timer, watchdog } from '../infra/clock.ts';

/** A process group of its own can be ended whole, whatever its members do with a polite signal. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** @param silence seconds without a word after which it hangs: it is told to end, and killed if it does not */
type Watch = Readonly<{ cwd: string; silence: number; show: (text: string) => void; signal: AbortSignal }>;

/** Runs a command to its end, or until the signal comes. @returns whether it ended well, and by itself */
export async function runWatched(
  file: string,
  args: readonly string[],
  { cwd, silence, show, signal }: Watch,
): Promise<boolean> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(file, args, {
    cwd,
    detached: true,
    // The channel closes with this process: the tests end then, too.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...color },
  });
  let late: Timer | undefined;
  let hung = false;
  const end = () => {
    endGroup(child.pid, 'SIGTERM');
    late ??= systemClock.after(5000, () => endGroup(child.pid, 'SIGKILL'));
  };
  const hangs = watchdog(systemClock, silence * 1000, () => {
    hung = true;
    show(`\nNothing was heard of it for ${silence} s. It hangs, and is ended:\n`);
    end();
  });
  signal.addEventListener('abort', end);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      hangs.reset();
      show(text);
    });
  }
  const [code] = await once(child, 'close').catch((error: Error) => [show(error.message)]);
  hangs.cancel();
  late?.cancel();
  signal.removeEventListener('abort', end);
  endGroup(child.pid, 'SIGKILL');
  // Whoever is told to end may do so as if all were well.
  return code === 0 && !hung;
}
