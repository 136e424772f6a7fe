import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { dropRoot } from './dropRoot.ts';

const folder = ownFolder();
const key = join(folder, 'gateway.key');
chmodSync(folder, 0o711);
writeFileSync(key, 'for root alone', { mode: 0o600 });

const skip = process.getuid?.() !== 0 && 'only root can become somebody else';

test("a system of root's whose user could not read what it is given says which file, and what to do", {
  skip,
}, () => {
  const said = dropRoot({ ...readSettings({}), grpcKey: key }, () => assert.fail('it lets go of root'));
  assert.match(said ?? '', /runs on as root/);
  assert.ok(said?.includes('gateway.key') || said?.includes('package.json') || said?.includes('node'), said);
  assert.match(said ?? '', /chgrp .*chmod 640.* or start the system as an ordinary user/);
  assert.equal(process.getuid?.(), 0);
});

test('where an ordinary user has made the folder that the system writes to, it stays root, and says so', {
  skip,
}, () => {
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const said = dropRoot(readSettings({}), () => assert.fail('it lets go of root'), home);
  assert.match(said ?? '', /runs on as root/);
  assert.ok(said?.includes(home) || said?.includes('package.json') || said?.includes('node'), said);
  assert.equal(process.getuid?.(), 0);
});
