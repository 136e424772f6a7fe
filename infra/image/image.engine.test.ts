import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deployTools } from '../deployTools.fixture.ts';
import { run } from '../engines/command.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { startHeartbeat } from '../system/heartbeat.ts';

test('the linter of Dockerfiles takes ours', async () => {
  const { hadolint } = await deployTools();
  await run('hadolint', [hadolint, '--failure-threshold', 'info', join(import.meta.dirname, 'Dockerfile')]);
});

test('a container is healthy while the system renews its file: not before it is up, not when it hangs or ends', () => {
  const folder = ownFolder();
  const healthy = () => spawnSync(join(import.meta.dirname, 'healthy.sh'), [folder]).status === 0;
  assert.equal(healthy(), false);
  const file = join(folder, 'system-timers.up');
  const heartbeat = startHeartbeat(file);
  assert.equal(healthy(), true);
  const longAgo = Date.now() / 1000 - 60;
  utimesSync(file, longAgo, longAgo);
  assert.equal(healthy(), false);
  heartbeat.stop();
  assert.equal(healthy(), false);
});
