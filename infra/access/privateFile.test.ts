import assert from 'node:assert/strict';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { ownFolder } from '../ownFolder.fixture.ts';
import { readPrivate } from './privateFile.ts';

const file = join(ownFolder({ people: '["ana"]' }), 'people');
const read = (mode: number) => {
  chmodSync(file, mode);
  return readPrivate('PEOPLE', file, 'people', z.array(z.string()));
};
const refused = /^PEOPLE: .* is readable by others: chmod 600/;
const skip = process.getuid?.() !== 0 && 'only root can give a file away';

test("a file of secrets of one's own is its owner's alone", () => {
  assert.deepEqual(read(0o600), ['ana']);
  for (const mode of [0o640, 0o604, 0o660]) assert.throws(() => read(mode), { message: refused });
});

test("somebody else's may be read by our group, as a container's secrets are, and by nobody else", { skip }, () => {
  chownSync(file, 65_534, 65_534);
  assert.deepEqual(read(0o440), ['ana']);
  for (const mode of [0o444, 0o460]) assert.throws(() => read(mode), { message: refused });
});
