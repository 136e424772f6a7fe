import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../functions/settings.ts';
import { readDays, usualDays } from './letterDays.ts';

test('the system and the inbox, which knows none of its settings, read alike how long letters are kept', () => {
  const bySystem = (days: string) => readSettings({ DESPACHO_KEEP_LETTERS: days }).keepLetters;
  assert.equal(readSettings({}).keepLetters, usualDays);
  for (const days of ['0.5', '30', '3650']) assert.equal(readDays(days), bySystem(days));
  for (const days of ['0', '-1', '3651', 'a month', '']) {
    assert.throws(() => readDays(days), /DESPACHO_KEEP_LETTERS/);
    assert.throws(() => bySystem(days), /DESPACHO_KEEP_LETTERS/);
  }
});
