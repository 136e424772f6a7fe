/**
 * `npm run stop`: stops the system if it runs, then every engine that was started here.
 * Safe when nothing runs. Data stays: the next start goes on where this one ended.
 */
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { down } from '../infra/engines/down.ts';
import { usualHome } from '../infra/engines/site.ts';

const root = resolve(import.meta.dirname, '..');
const record = join(usualHome, 'run', 'system.pid');
/** The system drains what is in flight; after these it is stuck. */
const drainSeconds = 45;

/** The system's process, if the number in its file is still the system: it works in the project's folder. */
function systemPid(): number | undefined {
  try {
    const pid = Number(readFileSync(record, 'utf8').trim());
    return Number.isInteger(pid) && pid > 1 && readlinkSync(`/proc/${pid}/cwd`) === root ? pid : undefined;
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

await stopSystem();
rmSync(record, { force: true });
const stopped = await down(undefined, { progress: console.log });
console.log(stopped.length > 0 ? 'Everything is stopped.' : 'No engine was running.');
