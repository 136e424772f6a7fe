import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, lchownSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startOf } from '../engines/processGroup.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { runningSystem, writePidFile } from './pidFile.ts';

test('a pid file names one process, and none that was given its number later', async () => {
  const folder = ownFolder();
  const path = join(folder, 'system.pid');
  const sleeper: ChildProcess = spawn('sleep', ['600']);
  await once(sleeper, 'spawn');
  const { pid = 0 } = sleeper;
  try {
    assert.equal(runningSystem(path), undefined, 'no file');
    writeFileSync(path, `${pid} ${startOf(pid)}`);
    assert.equal(runningSystem(path), pid);
    assert.throws(() => writePidFile(path), new RegExp(`process ${pid}.*npm run stop`));
    for (const stale of [`${pid} 1`, `${pid}`, '', 'x y', `1 ${startOf(pid)}`]) {
      writeFileSync(path, stale);
      assert.equal(runningSystem(path), undefined, stale);
    }
    assert.notEqual(startOf(1), undefined, "somebody else's process lives, too");
    const own = writePidFile(path);
    assert.equal(runningSystem(path), process.pid);
    own.remove();
    assert.equal(runningSystem(path), undefined);
  } finally {
    sleeper.kill();
  }
});

test("whom root's system runs as names root no other process to end than its own", {
  skip: process.getuid?.() !== 0 && 'only root gives a folder away',
}, () => {
  const folder = ownFolder();
  const [path, link] = [join(folder, 'system.pid'), join(folder, 'system-link.pid')];
  assert.equal(runningSystem(folder), undefined, 'no file, which might be a pipe without an end');
  writeFileSync(path, `${process.pid} ${startOf(process.pid)}`);
  symlinkSync(path, link);
  lchownSync(link, 65_534, 65_534);
  assert.equal(runningSystem(path), process.pid);
  assert.equal(runningSystem(link), undefined);
  chownSync(path, 65_534, 65_534);
  assert.equal(runningSystem(path), undefined);
});
