import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pages } from './pages.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';

/** What a rule quotes of its page. */
const quotes = ({ words }: Rule): string[] => [...words.matchAll(/“(.+?)”/g)].map(([, quote]) => quote ?? '');

test('each rule has a name of its own, and the page that says it, or goes beyond AWS', () => {
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  const wrong = rules.filter(({ page, beyond }) => (page === undefined) !== (beyond ?? false));
  assert.deepEqual(
    wrong.map(({ name }) => name),
    [],
  );
});

test("what is quoted of AWS's API stands in the AWS SDK, which has its pages' text", () => {
  const model = import.meta.resolve('@aws-sdk/client-lambda/package.json');
  const source = readFileSync(new URL('dist-types/models/models_0.d.ts', model), 'utf8');
  const text = source.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ');
  const api = rules.filter(({ page }) => page === pages.create || page === pages.schemaConfig).flatMap(quotes);
  assert.ok(api.length >= 10, `${api.length} quotes`);
  assert.deepEqual(
    api.filter((quote) => !text.includes(quote)),
    [],
  );
});

test('the README counts the rules as they are', () => {
  const readme = readFileSync(new URL('../../infra/dispatcher/README.md', import.meta.url), 'utf8');
  const beyond = rules.filter((rule) => rule.beyond).length;
  const open = rules.filter((rule) => rule.open).length;
  const quoted = rules.filter((rule) => quotes(rule).length > 0).length;
  const ours = rules.length - beyond - quoted;
  const says = `${rules.length} rules against a real broker: ${quoted} quote AWS, ${ours} say in other words what its pages say, and ${beyond} go beyond them; of ${open} `;
  assert.ok(readme.replaceAll('\n', ' ').includes(says), says);
});
