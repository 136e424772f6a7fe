import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { byHand } from './byHand.fixture.ts';
import { Renewed } from './renewed.ts';

test('what is put into the file while it is read the first time is seen at the next look', () => {
  const file = join(ownFolder(), 'renewed');
  writeFileSync(file, 'old');
  const hand = byHand();
  const read = () => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, 'new');
    return text;
  };
  const renewed = new Renewed([file], read, hand);
  assert.equal(renewed.value, 'old');
  hand.tick();
  assert.equal(renewed.value, 'new');
});
