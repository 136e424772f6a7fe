/** `npm start` as a person gives it, who ends it by Ctrl-C. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isFree } from '../infra/http/isFree.ts';
import { root } from './system/service.ts';
import type { Environment } from './system/trial.ts';

export type Started = Readonly<{
  /** Everything that it has written so far. */
  said(): string;
  /** Resolves when npm has ended, by that signal if not before, and what it ran. */
  pressCtrlC(): Promise<void>;
}>;

const ports = [3000, 3001, 3002];

/**
 * Resolves when it has shown its orders and stays up.
 * @throws Error where its ports are taken, by a system of the person's own for instance
 */
export async function npmStart(environment: Environment): Promise<Started> {
  for (const port of ports) {
    if (!(await isFree(port))) throw new Error(`Something else listens at port ${port}, which npm start needs: end it`);
  }
  const child = spawn('npm', ['start', '--', '--native', '--clock', '20'], {
    cwd: root,
    env: { ...process.env, ...environment },
    // A group of its own, as a terminal would make it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Up until Ctrl-C')) resolve();
    });
  }
  const ended = once(child, 'close');
  ended.then(() => reject(new Error(`npm start ended:\n${said}`)));
  await promise;
  return {
    said: () => said,
    async pressCtrlC() {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGINT');
      await ended;
    },
  };
}
