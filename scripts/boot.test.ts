/** `scripts/boot.mjs` in a folder of its own, with an npm that only notes what it is asked. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../infra/ownFolder.fixture.ts';

const npm = `#!/bin/sh
echo "$@" >> "$ASKED"
if [ "$1" = rebuild ]; then [ ! -e "$ASKED.killed" ]; exit; fi
cp -r packages/. node_modules
`;

/** @returns boots once, and tells what npm was asked for @param name of the one package, whose install script may run */
function projectWith(name: string) {
  const packages = { '': {}, [`node_modules/${name}`]: { version: '1.0.0' } };
  const root = ownFolder({
    'bin/npm': npm,
    'package.json': JSON.stringify({ allowScripts: { esbuild: true, other: false } }),
    'package-lock.json': JSON.stringify({ packages }),
    'packages/.package-lock.json': JSON.stringify({ packages }),
    [`packages/${name}/package.json`]: '{ "version": "1.0.0" }',
    'packages/ts-proto/package.json': '{ "version": "1.0.0" }',
    'packages/.bin/node': '',
    'packages/.bin/buf': '#!/bin/sh\n',
    'proto/gen/one.ts': '',
    'buf.yaml': '',
    'buf.gen.yaml': '',
  });
  for (const program of ['bin/npm', 'packages/.bin/buf']) chmodSync(join(root, program), 0o755);
  for (const folder of ['scripts', 'node_modules']) mkdirSync(join(root, folder));
  copyFileSync(join(import.meta.dirname, 'boot.mjs'), join(root, 'scripts/boot.mjs'));
  const asked = join(root, 'asked');
  const boot = () => {
    rmSync(asked, { force: true });
    const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, ASKED: asked };
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/boot.mjs')], { env, encoding: 'utf8' });
    const said = existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : [];
    return { status, stderr, words: said.map((line) => line.split(' ')[0]), said };
  };
  return { boot, killed: `${asked}.killed` };
}

test('install scripts that were killed run at the next start, and once', () => {
  const { boot, killed } = projectWith('esbuild');
  writeFileSync(killed, '');
  const first = boot();
  assert.deepEqual([first.status, first.words], [1, ['ci', 'rebuild']]);
  rmSync(killed);
  const second = boot();
  assert.deepEqual([second.status, second.words], [0, ['rebuild']], second.stderr);
  assert.match(second.said[0] ?? '', / esbuild$/);
  assert.deepEqual(boot().words, []);
});

test('where no package may run its script, npm is not asked to run those of all', () => {
  const { boot } = projectWith('other');
  const { status, words, stderr } = boot();
  assert.deepEqual([status, words], [0, ['ci']], stderr);
});
