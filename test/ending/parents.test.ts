/** Nothing that an npm script has started outlives it: npm is killed with -9, and whoever still had its output is gone soon. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { Command } from './command.ts';
import { ownTopic } from './ownTopic.ts';

const { tiny } = ownTopic('parents');
/** Milliseconds: what is in flight is brought to its end first. */
const soon = 40_000;

/** It takes connections, and never answers. */
const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
await once(silent, 'listening');
after(() => silent.close());
const gateway = `127.0.0.1:${(silent.address() as AddressInfo).port}`;

type Running = Readonly<{ parent: number; command: string }>;

/** The processes of this machine; those that have just ended are left out. */
function processes(): Map<number, Running> {
  const found = new Map<number, Running>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      found.set(Number(pid), { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ') });
    } catch {}
  }
  return found;
}

/** Resolves when there is a process below it whose command has this. Nothing tells of such a start. */
async function startsBelow(above: number, what: string): Promise<void> {
  for (;;) {
    const all = processes();
    if ([...all].some(([pid, { command }]) => command.includes(what) && chain(all, pid).includes(above))) return;
    await delay(50);
  }
}

/** Who has started it, and who that, and so on. */
function chain(all: ReadonlyMap<number, Running>, pid: number): number[] {
  const above = all.get(pid)?.parent;
  return above === undefined || above <= 1 ? [] : [above, ...chain(all, above)];
}

/** What is started, and the program in a process below it by which one sees that it is in the middle of its work. */
const scripts: readonly (readonly [args: readonly string[], inside: string])[] = [
  [['run', 'load', '--', '--rate', '1', '--count', '100', '--address', gateway], 'withParent.ts scripts/load/main.ts'],
  [
    ['run', 'lab', '--', 'produce', 'counter', '--rate', '10', '--duration', '100'],
    'withParent.ts scripts/lab/main.ts',
  ],
  [['run', 'bench', '--', 'dispatcher', '--only', 'ordering'], 'bench/dispatcher/child.ts'],
  [['run', 'simulate', '--', 'dispatcher', '--minutes', '10'], 'simulation/child.ts'],
  [['test'], 'tsc'],
];

describe('nothing outlives npm', { concurrency: 1 }, () => {
  for (const [args, inside] of scripts) {
    test(`npm ${args.slice(0, 2).join(' ')}`, async () => {
      const command = new Command('npm', args);
      await startsBelow(command.process.pid as number, inside);
      command.signal('SIGKILL');
      // Its output is closed when the last process that has it is gone.
      const { milliseconds } = await command.end();
      assert.ok(milliseconds < soon, `${milliseconds} ms`);
    });
  }
});

/** Of a program that measures or asks an implementation of the dispatcher, and has got as far as that it reads. */
const asker = (name: string, folder: string) => `
  import { readFileSync } from 'node:fs';
  import { readSettings } from './functions/settings.ts';
  import { implementations, writeService } from './scripts/bench/dispatcher/implementations.ts';
  writeService('${folder}', JSON.parse(readFileSync('${tiny.config}', 'utf8')), implementations.${name}, readSettings().access.kafka);
  const { pid } = await implementations.${name}.start('${folder}');
  console.log('reads as ' + pid);
  setInterval(() => {}, 1e6);`;

describe('what conformance and benchmarks run ends with them', { concurrency: 1 }, () => {
  for (const name of ['host', 'plugin', 'published'] as const) {
    test(name, async () => {
      const files = ['package.json', 'greet.js'].map((file) => [file, readFileSync(join(tiny.folder, file), 'utf8')]);
      const folder = ownFolder(Object.fromEntries(files));
      const command = new Command(process.execPath, ['--input-type=module', '--eval', asker(name, folder)]);
      await command.hear('reads as');
      const pid = Number(/reads as (\d+)/.exec(command.said)?.[1]);
      assert.ok(processes().has(pid));
      command.signal('SIGKILL');
      const since = performance.now();
      // Nothing tells of its end: whoever has started it is gone.
      while (processes().has(pid) && performance.now() - since < soon) await delay(50);
      assert.ok(!processes().has(pid), `${pid} is there after ${soon} ms`);
    });
  }
});
