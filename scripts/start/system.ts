import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usualHome } from '../../infra/engines/site.ts';
import { gatewayClient } from '../../infra/gateway/client.ts';
import { orAborted } from '../../infra/orAborted.ts';
import type { OrderServiceClient } from '../../proto/gen/despacho/orders/v1/orders.ts';

const root = resolve(import.meta.dirname, '../..');
/** Absolute path. Each start empties the file. */
export const systemLog = join(usualHome, 'logs', 'system.log');

type Ended = Readonly<{ code: number | null; by: NodeJS.Signals | null }>;

/** A system that takes orders. `failed` rejects when its process ends, with the end of its log. */
export type System = Readonly<{
  pid: number;
  client: OrderServiceClient;
  failed: Promise<never>;
  stop(): Promise<void>;
}>;

/** The gateway listens on this machine: no proxy that the shell knows has anything to do with it. */
const direct = { 'grpc.enable_http_proxy': 0 };

/**
 * Starts `serverless offline start` and resolves when it says itself that it is up: nothing else that listens at its
 * addresses is taken for it. What it prints goes to the log file. It ends with this process, however that ends.
 * @param options `environment` of the system's process; `signal` gives the start up, which then rejects with its reason
 * @throws Error with the end of the log when it ends before it is up
 */
export async function startSystem(
  grpcAddress: string,
  { environment = process.env, signal }: { environment?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<System> {
  mkdirSync(dirname(systemLog), { recursive: true });
  const log = createWriteStream(systemLog, { mode: 0o600 });
  await once(log, 'open');
  const serverless = join(root, 'node_modules/serverless/bin/serverless.js');
  const child = spawn(process.execPath, [serverless, 'offline', 'start'], {
    cwd: root,
    env: environment,
    // A group of its own: Ctrl-C reaches this command alone, which then stops the system in its own time.
    detached: true,
    // The channel is what the system says `up` on, and what tells it of our end.
    stdio: ['ignore', log, log, 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, by]): Ended => ({ code, by }));
  const up = Promise.race([
    once(child, 'message'),
    ended.then((how) => Promise.reject(endedBy(how, 'while it started'))),
  ]);
  await orAborted(up, signal).catch(async (error) => {
    await stop(child, ended);
    throw error;
  });
  const client = gatewayClient(grpcAddress, direct);
  const failed = ended.then((how) => Promise.reject(endedBy(how, 'by itself')));
  // Whoever stops it does not ask.
  failed.catch(() => undefined);
  return {
    // A process that could not be started has no id, and has been thrown about above.
    pid: child.pid ?? 0,
    client,
    failed,
    async stop() {
      client.close();
      await stop(child, ended);
    },
  };
}

const endedBy = ({ code, by }: Ended, when: string): Error =>
  new Error(`The system ended ${when} (${by ?? `exit code ${code}`}). ${systemLog} ends with:\n${endOfLog()}`);

const endOfLog = (): string => readFileSync(systemLog, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await ended;
}
