/** AWS's Runtime Interface Emulator: a Lambda endpoint, without Docker, for one function in any language. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './command.ts';
import { EngineFault } from './engine.ts';
import { freePort } from './freePort.ts';
import { findProgram } from './java.ts';
import { usualHome } from './site.ts';
import { makeWhole } from './whole.ts';

const emulator = 'github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie';
const version = 'v0.0.0-20261030222936-bef5c4ba774d';

/** Built once, by the Go that is here, and kept with the engines' downloads. @throws EngineFault where there is no Go */
async function built(): Promise<string> {
  if (!findProgram('go')) throw new EngineFault("AWS's Runtime Interface Emulator is built by Go, which is not here");
  const folder = join(usualHome, 'downloads', `aws-lambda-rie-${version}`);
  await makeWhole(folder, async (part) => {
    await run("Building AWS's emulator", ['go', 'install', `${emulator}@${version}`], { environment: { GOBIN: part } });
  });
  return join(folder, 'aws-lambda-rie');
}

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
 * Starts a function; the endpoint may need a moment until it listens.
 * @param command the language's runtime client, with the handler
 */
export async function emulated(
  command: readonly string[],
  { folder, environment = {} }: { folder: string; environment?: Readonly<Record<string, string>> },
): Promise<EmulatedFunction> {
  const [program, port, api] = [await built(), await freePort(), await freePort()];
  const flags = [
    '--runtime-interface-emulator-address',
    `127.0.0.1:${port}`,
    '--runtime-api-address',
    `127.0.0.1:${api}`,
  ];
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  const child = spawn(program, [...flags, ...command], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit');
  const lines: string[] = [];
  const heard = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      heard.dispatchEvent(new Event('line'));
    });
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    lines,
    async said(pattern) {
      for (;;) {
        const found = lines.find((line) => pattern.test(line));
        if (found) return found;
        const next = once(heard, 'line').then(() => true);
        if (!(await Promise.race([next, exit.then(() => false)]))) throw new Error(`it ended:\n${lines.join('\n')}`);
      }
    },
    async end() {
      // It ends its runtime, which is not of its group.
      child.kill('SIGTERM');
      await exit;
    },
  };
}
