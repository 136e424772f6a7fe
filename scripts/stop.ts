/**
 * `npm run stop`: stops the system if it runs, then every engine that was started here.
 * Safe when nothing runs. Data stays: the next start goes on where this one ended.
 */
import { readlinkSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { down } from '../infra/engines/down.ts';
import { pidFilePath, runningSystem } from '../infra/system/pidFile.ts';

const root = resolve(import.meta.dirname, '..');
/** The system drains what is in flight; after these it is stuck. */
const drainSeconds = 45;

/** The process named by the file, if it is still the system: the number may have gone to a stranger since. */
function systemPid(): number | undefined {
  const pid = runningSystem();
  try {
    return pid && readlinkSync(`/proc/${pid}/cwd`) === root ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function stopSystem(): Promise<void> {
  const pid = systemPid();
  if (pid === undefined) return;
  console.log(`Stopping the system (process ${pid}), which first finishes what is in flight …`);
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + drainSeconds * 1000; Date.now() < deadline; await sleep(50)) {
    if (systemPid() !== pid) return;
  }
  console.log(
    `The system did not stop within ${drainSeconds} s: killing it. Nothing is lost; it goes on at the next start.`,
  );
  process.kill(pid, 'SIGKILL');
}

async function stopAll(): Promise<void> {
  await stopSystem();
  rmSync(pidFilePath, { force: true });
  const stopped = await down(undefined, { progress: console.log });
  console.log(stopped.length > 0 ? 'Everything is stopped.' : 'No engine was running.');
}

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) console.log('npm run stop: ends the system and every engine that was started here. Data stays.');
  else await stopAll();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
