/**
 * `npm run stop`: stops the system if it runs, then every engine that was started here.
 * Safe when nothing runs. Data stays: the next start goes on where this one ended.
 */
import { rmSync } from 'node:fs';
import { sleep, systemClock } from '../infra/clock.ts';
import { readCommandLine } from '../infra/commandLine.ts';
import { down } from '../infra/engines/down.ts';
import { runMain } from '../infra/runMain.ts';
import { pidFiles, runningSystem } from '../infra/system/pidFile.ts';

/** The system drains what is in flight; after these it is stuck. */
const drainSeconds = 45;

async function stopSystem(file: string): Promise<void> {
  const pid = runningSystem(file);
  if (pid === undefined) return;
  console.log(`Stopping the system (process ${pid}), which first finishes what is in flight …`);
  process.kill(pid, 'SIGTERM');
  for (
    const deadline = systemClock.monotonic() + drainSeconds * 1000;
    systemClock.monotonic() < deadline;
    await sleep(systemClock, 50)
  ) {
    if (runningSystem(file) !== pid) return;
  }
  if (runningSystem(file) !== pid) return;
  console.log(
    `The system did not stop within ${drainSeconds} s: killing it. Nothing is lost; it goes on at the next start.`,
  );
  process.kill(pid, 'SIGKILL');
}

async function stopAll(): Promise<void> {
  const files = pidFiles();
  await Promise.all(files.map(stopSystem));
  for (const file of files) rmSync(file, { force: true });
  const stopped = await down(undefined, { progress: console.log });
  console.log(stopped.length > 0 ? 'Everything is stopped.' : 'No engine was running.');
}

runMain(() => {
  const about = 'Ends the system and every engine that was started here. Data stays.';
  readCommandLine({ name: 'npm run stop', about, flags: {} });
  return stopAll();
});
