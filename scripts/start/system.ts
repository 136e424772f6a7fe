import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { usualHome } from '../../infra/engines/site.ts';
import { OrderServiceClient } from '../../proto/gen/despacho/orders/v1/orders.ts';

const root = resolve(import.meta.dirname, '../..');
export const systemLog = join(usualHome, 'logs', 'system.log');

/** A system that takes orders. `ended` resolves when its process is gone. */
export type System = Readonly<{
  pid: number;
  client: OrderServiceClient;
  ended: Promise<number | null>;
  stop(): Promise<void>;
}>;

const readyWithin = 120_000;

/**
 * Starts `serverless offline start` and resolves when its gateway answers. What it says goes to the log file.
 * @param environment of the system's process
 * @throws Error with the end of the log when it ends before that
 */
export async function startSystem(grpcAddress: string, environment: NodeJS.ProcessEnv = process.env): Promise<System> {
  mkdirSync(dirname(systemLog), { recursive: true });
  const log = createWriteStream(systemLog);
  await once(log, 'open');
  const serverless = join(root, 'node_modules/serverless/bin/serverless.js');
  const child = spawn(process.execPath, [serverless, 'offline', 'start'], {
    cwd: root,
    env: environment,
    // A group of its own: Ctrl-C reaches this command alone, which then stops the system in its own time.
    detached: true,
    stdio: ['ignore', log, log],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const client = new OrderServiceClient(grpcAddress, credentials.createInsecure());
  await Promise.race([waitForGateway(client), ended.then(failed)]).catch(async (error) => {
    client.close();
    await stop(child, ended);
    throw error;
  });
  return {
    // A process that could not be started has no id, and has been thrown about above.
    pid: child.pid ?? 0,
    client,
    ended,
    async stop() {
      client.close();
      await stop(child, ended);
    },
  };
}

const waitForGateway = (client: OrderServiceClient): Promise<void> =>
  new Promise((ready, reject) => {
    client.waitForReady(Date.now() + readyWithin, (error) => {
      if (!error) return ready();
      const seconds = readyWithin / 1000;
      reject(new Error(`The gateway did not answer within ${seconds} s. ${systemLog} ends with:\n${endOfLog()}`));
    });
  });

function failed(code: number | null): never {
  throw new Error(`The system ended while it was starting (exit code ${code}). ${systemLog} ends with:\n${endOfLog()}`);
}

const endOfLog = (): string => readFileSync(systemLog, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await ended;
}
