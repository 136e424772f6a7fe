import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
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
  for (const path of [data, join(data, 'own')]) assert.notEqual(lstatSync(path).uid, 0, path);
});

test("nobody is given somebody else's file by a link that comes while it is looked at", { skip }, async (context) => {
  const [mine, theirs, moved] = ['mine', 'theirs', 'moved'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [mine, theirs]) mkdirSync(one);
  for (const one of [mine, theirs]) for (let file = 0; file < 50; file++) writeFileSync(join(one, `${file}`), '');
  const holder = join(data, 'held');
  renameSync(mine, holder);
  // Takes the folder away and puts a link in its place, again and again.
  const swapping = `for (;;) { try { fs.renameSync('${holder}', '${moved}'); fs.symlinkSync('${theirs}', '${holder}');
    fs.rmSync('${holder}'); fs.renameSync('${moved}', '${holder}'); } catch {} }`;
  const swapper = spawn(process.execPath, ['-e', `console.log(1); ${swapping}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => swapper.kill('SIGKILL'));
  await once(swapper.stdout, 'data');
  for (let time = 0; time < 2000; time++) give(data, { id: 65534, group: 65534 });
  swapper.kill('SIGKILL');
  await once(swapper, 'exit');
  for (let file = 0; file < 50; file++) assert.equal(lstatSync(join(theirs, `${file}`)).uid, 0);
});
