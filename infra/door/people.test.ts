import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { byHand } from '../access/byHand.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { namedIn } from './people.ts';
import { Sessions } from './sessions.ts';

const folder = ownFolder();

const ana = { name: 'Ana', password: 'the password of Ana', role: 'operate' };
const eva = { name: 'Eva', password: 'the password of Eva', role: 'view' };
const list = (contents: unknown, mode = 0o600) => {
  const file = join(folder, 'people.json');
  writeFileSync(file, JSON.stringify(contents));
  chmodSync(file, mode);
  return file;
};

/** Sessions of the persons in a file; `change` puts others there, and lets it be read. */
function open(persons: unknown) {
  const hand = byHand();
  const sessions = new Sessions(namedIn(list(persons), hand), hand.clock);
  return {
    sessions,
    change(others: unknown) {
      list(others);
      hand.tick();
    },
  };
}

test('where persons are named each comes in by a password of their own, and who is named no more is out', () => {
  const { sessions, change } = open([ana, eva]);
  const strangers = [
    ['Eva', ana.password],
    ['nobody', ana.password],
    ['nobody', ''],
    ['Ana', ''],
  ] as const;
  for (const [name, password] of strangers) assert.equal(sessions.enter(name, password), undefined);
  const [first = '', second = ''] = [ana, eva].map(({ name, password }) => sessions.enter(name, password));
  assert.deepEqual([sessions.find(first)?.role, sessions.find(second)?.role], ['operate', 'view']);
  change([eva]);
  assert.deepEqual([sessions.find(first), sessions.find(second)?.name], [undefined, 'Eva']);
});

test('a password that is changed lets nobody stay who came in by the old one, and one named again comes in anew', () => {
  const { sessions, change } = open([ana, eva]);
  const [first = '', second = ''] = [ana, eva].map(({ name, password }) => sessions.enter(name, password));
  const renewed = { ...ana, password: 'another one of Ana' };
  change([renewed, eva]);
  assert.deepEqual([sessions.find(first), sessions.find(second)?.name], [undefined, 'Eva']);
  const third = sessions.enter('Ana', renewed.password) ?? '';
  change([eva]);
  change([ana, eva]);
  assert.equal(sessions.find(third), undefined);
});

test('a list of persons that cannot be used is refused with what to do, and without a password', () => {
  const surroundings = byHand();
  for (const [contents, mode, says] of [
    [[ana], 0o644, /readable by others: chmod 600/],
    [[{ ...ana, password: 'short' }], 0o600, /0\.password has at least 16 characters/],
    [[ana, { ...eva, name: 'Ana' }], 0o600, /names a person twice/],
    [[{ ...ana, role: 'rule' }], 0o600, /0\.role is one of view, operate/],
  ] as const) {
    assert.throws(
      () => namedIn(list(contents, mode), surroundings),
      ({ message }: Error) =>
        /^DESPACHO_CONSOLE_PEOPLE: /.test(message) && says.test(message) && !message.includes(ana.password),
    );
  }
});
