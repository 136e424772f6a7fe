import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { Renewed } from './renewed.ts';

test('what is put into the file while it is read the first time is seen at the next look', () => {
  const file = join(ownFolder(), 'renewed');
  writeFileSync(file, 'old');
  let look: () => void = () => undefined;
  const clock = {
    ...systemClock,
    every(_: number, given: () => void) {
      look = given;
      return { cancel: () => undefined };
    },
  };
  const read = () => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, 'new');
    return text;
  };
  const renewed = new Renewed([file], read, { clock, log: () => undefined });
  assert.equal(renewed.value, 'old');
  look();
  assert.equal(renewed.value, 'new');
});
