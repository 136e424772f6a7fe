import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkContents, checksums, digestOf } from './checksum.ts';

test('what Maven brings is used only where it is, file by file, what its checksum says', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'despacho-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/a.jar'), 'a');
  const digest = digestOf(folder);
  writeFileSync(join(folder, 'pom.xml'), 'as it was written here');
  assert.equal(digestOf(folder), digest);
  const changes = [
    () => writeFileSync(join(folder, 'lib/a.jar'), 'b'),
    () => writeFileSync(join(folder, 'lib/more.jar'), ''),
    () => rmSync(join(folder, 'lib'), { recursive: true }),
  ];
  for (const change of changes) {
    change();
    assert.notEqual(digestOf(folder), digest);
  }
  assert.throws(() => checkContents('kafka', folder), /kafka is not what .*checksums\.json names, and is not used/);
});

test('every pom has a checksum of what it brings', () => {
  const poms = readdirSync(join(import.meta.dirname, 'poms')).filter((name) => name.endsWith('.xml'));
  assert.deepEqual(Object.keys(checksums).sort(), poms.map((name) => name.replace('.xml', '')).sort());
  for (const checksum of Object.values(checksums)) assert.match(checksum, /^[0-9a-f]{64}$/);
});
