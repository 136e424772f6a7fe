import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { checkContents, digestOf, readChecksums } from './checksum.ts';

const brought = () => ownFolder({ 'lib/a.jar': 'a', 'lib/b.jar': 'b' });

test('what Maven has just brought is used only where it is, file by file, what its checksum says', () => {
  const digest = digestOf(brought());
  const changes: readonly ((folder: string) => void)[] = [
    (folder) => writeFileSync(join(folder, 'lib/a.jar'), 'b'),
    (folder) => writeFileSync(join(folder, 'lib/more.jar'), ''),
    (folder) => renameSync(join(folder, 'lib/a.jar'), join(folder, 'lib/c.jar')),
    (folder) => rmSync(join(folder, 'lib/b.jar')),
  ];
  for (const change of changes) {
    const folder = brought();
    change(folder);
    assert.notEqual(digestOf(folder), digest, `${change}`);
    assert.throws(() => checkContents('kafka', folder), /kafka is not what .*checksums\.json names, and is not used/);
  }
});

test('the pom that is written beside it here is no part of it', () => {
  const folder = brought();
  writeFileSync(join(folder, 'pom.xml'), 'as it was written here');
  assert.equal(digestOf(folder), digestOf(brought()));
});

test('every pom has a checksum of what it brings', () => {
  const poms = readdirSync(join(import.meta.dirname, 'poms')).filter((name) => name.endsWith('.xml'));
  const checksums = readChecksums();
  assert.deepEqual(Object.keys(checksums).sort(), poms.map((name) => name.replace('.xml', '')).sort());
  for (const checksum of Object.values(checksums)) assert.match(checksum, /^[0-9a-f]{64}$/);
});
