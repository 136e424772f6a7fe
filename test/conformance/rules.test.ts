import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rules } from './rules.ts';

test('each rule has a name of its own, and the page that says it, or goes beyond AWS', () => {
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  const wrong = rules.filter(({ page, beyond }) => (page === undefined) !== (beyond ?? false));
  assert.deepEqual(
    wrong.map(({ name }) => name),
    [],
  );
});

test('the README counts the rules as they are', () => {
  const readme = readFileSync(new URL('../../infra/dispatcher/README.md', import.meta.url), 'utf8');
  const beyond = rules.filter((rule) => rule.beyond).length;
  const open = rules.filter((rule) => rule.open).length;
  const says = `${rules.length} rules against a real broker: ${rules.length - beyond} in AWS's words, ${beyond} that go\nbeyond them; of ${open} `;
  assert.ok(readme.includes(says), says);
});
