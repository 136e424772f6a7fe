/** Runs a command to its end and keeps what it printed, so that a failure can be told in one sentence. */
import { execFile } from 'node:child_process';
import { systemClock } from '../clock.ts';
import { EngineFault } from './engine.ts';
import type { Progress } from './site.ts';

/** Java names files by the locale's encoding: in `C` or Latin-1 it finds nothing below a folder whose name has an accent. */
export const locale = { LC_ALL: 'C.UTF-8' } as const;

type Options = Readonly<{ cwd?: string; environment?: Readonly<Record<string, string>> }>;

const lastLines = (text: string, count: number) => text.trim().split('\n').slice(-count).join('\n');

/**
 * @returns what it printed to standard output
 * @throws EngineFault with the end of its output when it fails; `purpose` begins the sentence
 */
export function run(purpose: string, command: readonly [string, ...string[]], options: Options = {}): Promise<string> {
  const [file, ...args] = command;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const settings = {
    cwd: options.cwd,
    env: { ...process.env, ...locale, ...options.environment },
    maxBuffer: 64 * 1024 * 1024,
  };
  execFile(file, args, settings, (error, stdout, stderr) => {
    if (!error) return resolve(stdout);
    const said = lastLines(`${stdout}\n${stderr}`, 6) || error.message;
    reject(new EngineFault(`${purpose} failed: \`${file}\` said:\n${said}`));
  });
  return promise;
}

/** Says every ten seconds that a long step is still going on. */
export async function tellWhile<T>(progress: Progress, step: string, work: Promise<T>): Promise<T> {
  const since = systemClock.monotonic();
  progress(`${step} …`);
  const timer = systemClock.every(10_000, () =>
    progress(`${step}, ${Math.round((systemClock.monotonic() - since) / 1000)} s so far …`),
  );
  try {
    return await work;
  } finally {
    timer.cancel();
  }
}
