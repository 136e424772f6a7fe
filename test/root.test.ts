/** What root starts goes on as somebody who may do nothing, and does all that a system does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { userOf } from '../infra/access/rootsUsers.ts';
import { isAbleTo } from '../infra/engines/ordinaryUser.ts';
import { systemSecrets } from '../infra/engines/password.ts';
import { usualHome } from '../infra/engines/site.ts';
import { freePorts, processesOf, startOffline } from './offline.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';

const isRoot = process.getuid?.() === 0;
const user = isRoot ? userOf('system') : undefined;
const passes = user && isAbleTo(user, 'test -r "$1"', join(root, 'package.json'));
const skip = !passes && 'only root can become somebody else, outside of a private folder';

let trial: Trial;
before(async () => {
  trial = await openTrial();
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

test("root's system is nobody's who may do anything, and walks orders, loads functions anew, and ends", {
  skip,
}, async () => {
  const { namespace } = trial.settings;
  const { hear, heard } = hearing();
  const built = join(root, '.esbuild/systems', `${namespace}system`);
  const said = heard('and no more as root');
  const system = await startOffline(trial.environment, await freePorts(), hear);
  const ended = once(system, 'exit');
  try {
    await said;
    const { id, group } = user ?? assert.fail();
    for (const pid of processesOf(namespace)) {
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
