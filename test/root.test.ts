/** What root starts goes on as somebody who may do nothing, and does all that a system does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { LabRequest } from '../functions/console/labRequest.ts';
import type { LabRun, Snapshot } from '../functions/console/snapshot.ts';
import { userOf } from '../infra/access/rootsUsers.ts';
import { down } from '../infra/engines/down.ts';
import { isAbleTo } from '../infra/engines/ordinaryUser.ts';
import { systemSecrets } from '../infra/engines/password.ts';
import { usualHome } from '../infra/engines/site.ts';
import { ownFolder } from '../infra/ownFolder.fixture.ts';
import { freePorts, processesOf, startOffline } from './offline.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';

const isRoot = process.getuid?.() === 0;
const user = isRoot ? userOf('system') : undefined;
const passes = user && isAbleTo(user, 'test -r "$1"', join(root, 'package.json'));
const skip = !passes && 'only root can become somebody else, outside of a private folder';

let trial: Trial;
let lambdaPort: number;
before(async () => {
  const { httpPort, websocketPort, ...other } = await freePorts();
  ({ lambdaPort } = other);
  trial = await openTrial({
    DESPACHO_CONSOLE_URL: `http://127.0.0.1:${httpPort}`,
    DESPACHO_CONSOLE_SOCKET: `ws://127.0.0.1:${websocketPort}`,
  });
});
after(() => trial.close());

/** Of every thread the real, effective, saved and file system's user, and the groups. */
function usersOf(pid: string): string[] {
  const words = globSync(`/proc/${pid}/task/*/status`).flatMap((path) => {
    const status = readFileSync(path, 'utf8');
    return [...status.matchAll(/^(?:Uid|Gid|Groups|CapEff|CapPrm):[ \t]*(.*)$/gm)].map(([, ids = '']) => ids.trim());
  });
  return [...new Set(words.flatMap((ids) => ids.split(/\s+/)))];
}

/** Resolves at the first line that holds the words. */
function hearing() {
  const waiting = new Map<string, () => void>();
  return {
    hear(line: string) {
      for (const [words, resolve] of waiting) if (line.includes(words)) resolve();
    },
    heard: (words: string) => new Promise<void>((resolve) => waiting.set(words, resolve)),
  };
}

/** As the page asks for a run, and hears how it goes. @returns how it ended */
async function runLab(request: LabRequest): Promise<LabRun> {
  const { consoleUrl, consoleSocket } = trial.settings;
  const socket = new WebSocket(consoleSocket, { origin: consoleUrl });
  await once(socket, 'open');
  const { promise, resolve } = Promise.withResolvers<LabRun>();
  socket.on('message', (text) => {
    const { lab }: Partial<Snapshot> = JSON.parse(String(text));
    if (lab && lab.state !== 'running') resolve(lab);
  });
  const { token } = (await (await fetch(`${consoleUrl}/api/session`)).json()) as { token: string };
  const headers = { 'content-type': 'application/json', 'x-despacho-token': token };
  const begun = await fetch(`${consoleUrl}/api/lab`, { method: 'POST', headers, body: JSON.stringify(request) });
  assert.equal(begun.status, 200, await begun.text());
  return promise.finally(() => socket.close());
}

const commandLine = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');

test("root's system is nobody's who may do anything, walks orders, loads functions anew, measures a store that was down, and ends", {
  skip,
}, async () => {
  const { namespace } = trial.settings;
  const { hear, heard } = hearing();
  const built = join(root, '.esbuild/systems', `${namespace}system`);
  const said = heard('and no more as root');
  await down(['postgres']);
  const system = await startOffline(trial.environment, { lambdaPort }, hear);
  const ended = once(system, 'exit');
  try {
    await said;
    const { id, group } = user ?? assert.fail();
    const starters = processesOf(namespace).filter((pid) =>
      commandLine(pid).some((word) => word.endsWith('infra/system/engineStarter.ts')),
    );
    assert.equal(starters.length, 1);
    for (const pid of processesOf(namespace)) {
      if (starters.includes(pid)) continue;
      const ids = usersOf(pid).filter((word) => word !== '' && word !== '0000000000000000');
      assert.deepEqual([...new Set(ids)].sort(), [...new Set([String(id), String(group)])].sort());
    }
    const { orderId } = await trial.customer.order({ clock: 50 });
    await trial.customer.watch(orderId);

    const anew = heard('loads functions anew');
    appendFileSync(join(built, 'functions/orders/ship.js'), '// changed\n');
    await anew;
    const other = await trial.customer.order({ clock: 50 });
    await trial.customer.watch(other.orderId);
    await trial.auditWhen(({ finished, letters }) => finished === 2 && letters === 10);

    const { state, line } = await runLab({ message: 'counter', target: 'postgres', count: 500 });
    assert.match(`${state}: ${line}`, /^ended: .*exact$/);

    assert.equal(statSync(join(usualHome, 'secrets')).mode & 0o777, 0o710);
    for (const name of Object.values(systemSecrets)) {
      const { mode, uid, gid } = statSync(join(usualHome, 'secrets', name));
      assert.deepEqual([mode & 0o777, uid, gid], [0o640, 0, group], name);
    }
  } finally {
    system.kill('SIGTERM');
    await ended;
  }
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(processesOf(namespace), []);
  assert.ok(!existsSync(join(usualHome, 'system', `${namespace}system.pid`)));
  assert.ok(!existsSync(built));
});

test('a system that stays root builds where nobody else writes, whatever the user of an earlier one has left', {
  skip,
}, async () => {
  const name = `${trial.settings.namespace}system`;
  const [built, left] = ['roots', 'systems'].map((folder) => join(root, '.esbuild', folder, name)) as [string, string];
  const folder = ownFolder({ people: '' });
  chmodSync(folder, 0o700);
  mkdirSync(dirname(left), { recursive: true });
  symlinkSync(folder, left);
  const environment = { ...trial.environment, DESPACHO_CONSOLE_PEOPLE: join(folder, 'people') };
  const system = await startOffline(environment, { lambdaPort });
  const ended = once(system, 'exit');
  try {
    assert.equal(statSync(join(built, 'functions/orders/ship.js')).uid, 0);
    assert.deepEqual([readlinkSync(left), readdirSync(folder)], [folder, ['people']]);
  } finally {
    system.kill('SIGTERM');
    await ended;
    rmSync(left);
  }
  assert.deepEqual(await ended, [0, null]);
  assert.ok(!existsSync(built));
});
