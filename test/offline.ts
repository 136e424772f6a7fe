/** `serverless offline start` as a person gives it, in a trial's namespace and on ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { freePort } from '../infra/engines/freePort.ts';
import { root, serverlessProgram } from './system/service.ts';
import type { Environment } from './system/trial.ts';

/** ms; a busy machine takes its time. */
const startWithin = 180_000;

const portNames = ['httpPort', 'websocketPort', 'lambdaPort'] as const;
export type Ports = Readonly<Record<(typeof portNames)[number], number>>;

export async function freePorts(): Promise<Ports> {
  const ports = await Promise.all(portNames.map(freePort));
  return Object.fromEntries(portNames.map((name, index) => [name, ports[index]])) as Ports;
}

/**
 * Resolves when the system is up.
 * @param hear gets every line that it says, until its end
 * @throws Error with the end of what it said when it does not come up
 */
export async function startOffline(
  environment: Environment,
  ports: Partial<Ports>,
  hear: (line: string) => void = () => undefined,
): Promise<ChildProcess> {
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, String(port)]);
  const child = spawn(process.execPath, [serverlessProgram, 'offline', 'start', ...flags], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      hear(line);
      if (said.push(line) > 200) said.shift();
      if (line.startsWith('despacho is up')) resolve();
    });
  }
  const fail = () => reject(new Error(`the system did not come up:\n${said.join('\n')}`));
  child.once('exit', fail);
  const late = setTimeout(fail, startWithin);
  await promise
    .catch((error) => {
      child.kill('SIGKILL');
      throw error;
    })
    .finally(() => clearTimeout(late));
  return child;
}

/** Whatever was started for a namespace, and by that, has it in its environment. @returns the ids */
export function processesOf(namespace: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DESPACHO_NAMESPACE=${namespace}\0`);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
