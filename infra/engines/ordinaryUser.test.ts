import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { asOrdinaryUser, give } from './ordinaryUser.ts';

const skip = process.getuid?.() !== 0 && 'only root can become somebody else';
const folder = ownFolder();
const [data, secret] = [join(folder, 'data'), join(folder, 'secret')];
chmodSync(folder, 0o711);
mkdirSync(data, { mode: 0o700 });
writeFileSync(secret, 'for root alone', { mode: 0o600 });

/** Whether a shell's words succeed as the user that engines get. */
function succeeds(words: string): boolean {
  const [file = '', ...args] = [...asOrdinaryUser('The test', data), 'sh', '-c', words];
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('what root starts has a user outside of every namespace who is not root, and no way back', { skip }, () => {
  assert.ok(succeeds(`echo kept > ${data}/file`));
  assert.ok(succeeds('test "$(id -u)" != 0 && test "$(id -G | tr " " "\\n" | grep -c "^0$")" = 0'));
  assert.ok(succeeds('grep -Eq "^ +0 +0 +4294967295$" /proc/self/uid_map'), 'ids mean outside what they mean inside');
  assert.ok(succeeds('grep -q "^CapBnd:.0*$" /proc/self/status'));
  for (const words of [`cat ${secret}`, 'test -w /etc/passwd', 'test -w /root', `ls ${folder}`]) {
    assert.ok(!succeeds(words), words);
  }
});

test("nobody is given somebody else's file by a link in an engine's folder", { skip }, () => {
  const hard = join(folder, 'hard');
  writeFileSync(hard, 'for root alone', { mode: 0o600 });
  symlinkSync(secret, join(data, 'soft'));
  symlinkSync(folder, join(data, 'up'));
  linkSync(hard, join(data, 'hard'));
  writeFileSync(join(data, 'own'), '');

  give(data, { id: 65534, group: 65534 });

  for (const path of [secret, hard, folder]) assert.equal(lstatSync(path).uid, 0, path);
  for (const path of [data, join(data, 'own'), join(data, 'soft')]) assert.notEqual(lstatSync(path).uid, 0, path);
});
