import assert from 'node:assert/strict';
import { readFileSync, utimesSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { unpackDebian } from './debian.ts';
import type { Site } from './engine.ts';

/** Stands in for Debian's programs: what apt was told is beside it, and it brings one package. */
async function programs(context: TestContext) {
  const folder = ownFolder({
    'apt-get':
      '#!/bin/sh\nprintf "%s\\n" "$@" >> "$0.told"\nfor o; do case "$o" in Dir::Cache=*) touch "$(echo "$o" | cut -d= -f2)/archives/a.deb";; esac; done\n',
    dpkg: '#!/bin/sh\ntouch "$3/redis-server"\n',
  });
  for (const name of ['apt-get', 'dpkg']) await chmod(join(folder, name), 0o755);
  const path = process.env.PATH;
  process.env.PATH = [folder, path].join(delimiter);
  context.after(() => (process.env.PATH = path));
  const lines: string[] = [];
  const site = { progress: (line: string) => void lines.push(line) } as unknown as Site;
  const unpacked = join(folder, 'redis');
  return { folder, unpacked, lines, unpack: () => unpackDebian('Redis', 'redis-server', unpacked, site) };
}

test("what root brings from Debian is downloaded by apt's own user: nobody tells it another", async (context) => {
  const { folder, unpack } = await programs(context);
  await unpack();
  const told = readFileSync(join(folder, 'apt-get.told'), 'utf8');
  assert.match(told, /--download-only/);
  assert.doesNotMatch(told, /Sandbox/);
});

test('a program that was brought long ago says so, with how to have what is mended since, and needs no network', async (context) => {
  const { folder, unpacked, lines, unpack } = await programs(context);
  await unpack();
  const asked = readFileSync(join(folder, 'apt-get.told'), 'utf8');
  lines.length = 0;
  await unpack();
  assert.deepEqual(lines, []);
  const before = Date.now() / 1000 - 40 * 86_400;
  utimesSync(unpacked, before, before);
  await unpack();
  assert.deepEqual(lines, [
    `comes from Debian as it was 40 days ago; for what is mended since: stop it, and remove ${unpacked}`,
  ]);
  assert.equal(readFileSync(join(folder, 'apt-get.told'), 'utf8'), asked);
});
