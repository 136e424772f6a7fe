import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

const withParent = new URL('./withParent.ts', import.meta.url).href;

/** Node with these arguments, by SIGTERM at the end of this process at the latest, however that ends. */
export function ownProcess(
  args: readonly string[],
  options: Readonly<{ cwd?: string; env?: NodeJS.ProcessEnv }> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--import', withParent, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return child as ChildProcessByStdio<null, Readable, Readable>;
}
