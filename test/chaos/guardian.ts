/**
 * Ends whatever a run of faults has started, when that ends, however it ends: its engines, frozen ones too, its systems,
 * its disks, its folder. A process of its own, which hears of the end by its channel.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, isGone, signalGroup } from '../../infra/engines/processGroup.ts';
import { processesOf } from '../offline.ts';
import { unmount } from './disk.ts';

const [home = '', namespace = ''] = process.argv.slice(2);

async function endEngines(): Promise<void> {
  const records = readdirSync(join(home, 'run')).filter((name) => name.endsWith('.pid'));
  const groups = records.flatMap((name) => {
    const record = join(home, 'run', name);
    const group = Number.parseInt(readFileSync(record, 'utf8'), 10);
    return isAlive(group, `RECORD=${record}`) ? [group] : [];
  });
  for (const group of groups) signalGroup(group, 'SIGKILL', true);
  await Promise.all(groups.map((group) => isGone(group, 10)));
}

/** What is mounted below the folder, by the kernel's own list. */
const mounts = (): string[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${home}/`));

process.once('disconnect', async () => {
  for (const pid of processesOf(namespace)) process.kill(Number(pid), 'SIGKILL');
  await endEngines();
  for (const path of mounts()) unmount(path);
  rmSync(home, { recursive: true, force: true });
});
process.send?.('watches');
