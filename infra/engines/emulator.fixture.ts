/** AWS's Runtime Interface Emulator: a Lambda endpoint, without Docker, for one function in any language. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sleep, systemClock } from '../clock.ts';
import { freePort } from './freePort.ts';
import { pythonWith } from './python.fixture.ts';

/** Downloads it, unless it is there. @returns its path @throws EngineFault where Python is missing, or the package cannot be had */
export async function emulatorProgram(): Promise<string> {
  const { environment } = await pythonWith('emulator');
  const name = `aws-lambda-rie-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`;
  const program = join(environment.PYTHONPATH ?? '', 'samcli/local/rapid', name);
  await chmod(program, 0o755);
  return program;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

export type EmulatedFunction = Readonly<{
  /** Of the Lambda API. The function is called `function` there, whatever it is. */
  endpoint: string;
  /** What it has printed, a line each. */
  lines: readonly string[];
  /** Resolves with the first line that matches. @throws Error where it ends without */
  said(pattern: RegExp): Promise<string>;
  end(): Promise<void>;
}>;

/**
 * Starts a function. Resolves when its endpoint listens.
 * @param command the language's runtime client, with the handler
 */
export async function emulated(
  command: readonly string[],
  { folder, environment = {} }: { folder: string; environment?: Readonly<Record<string, string>> },
): Promise<EmulatedFunction> {
  const [program, port, api] = [await emulatorProgram(), await freePort(), await freePort()];
  const flags = [
    '--runtime-interface-emulator-address',
    `127.0.0.1:${port}`,
    '--runtime-api-address',
    `127.0.0.1:${api}`,
  ];
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  const child = spawn(program, [...flags, ...command], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  // Where it cannot be started there is no exit.
  const ended = once(child, 'exit')
    .catch((error) => lines.push(String(error)))
    .then(() => 'ended');
  const heard = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      heard.dispatchEvent(new Event('line'));
    });
  }
  while (!(await answers(port))) {
    if (await Promise.race([ended, sleep(systemClock, 50)])) throw new Error(`it ended:\n${lines.join('\n')}`);
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    lines,
    async said(pattern) {
      for (;;) {
        const found = lines.find((line) => pattern.test(line));
        if (found) return found;
        const next = once(heard, 'line').then(() => '');
        if (await Promise.race([next, ended])) throw new Error(`it ended:\n${lines.join('\n')}`);
      }
    },
    async end() {
      // It ends its runtime, which is not of its group.
      child.kill('SIGTERM');
      await ended;
    },
  };
}
