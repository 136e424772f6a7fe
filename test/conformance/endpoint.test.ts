/** The rules on what a function gets and answers, where the functions are behind AWS's Runtime Interface Emulator. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { place } from '../../infra/kafkajs/testKafka.fixture.ts';
import { elsewhere, endpointImplementation } from './endpoint/implementation.ts';
import { answerRules } from './rules/answers.ts';
import { eventRules } from './rules/event.ts';
import { rules } from './rules.ts';
import { Suite } from './suite.ts';

const endpoint = endpointImplementation();
after(() => endpoint.end());

const never = rules.find(({ name }) => name === 'a function that never answers fails its batch, and nothing else');
assert.ok(never, 'the rule has another name');
const chosen = [...eventRules, ...answerRules, never].filter(({ name }) => !(name in elsewhere));

test('functions behind a Lambda endpoint: what they get, what their answers mean, and that one never answers', async (context) => {
  const verdicts = await new Suite(endpoint, place, () => undefined).run(chosen);
  for (const { rule, passed, reason } of verdicts) await context.test(rule.name, () => assert.ok(passed, reason));
});

test('95 of 100 rules are asked of functions behind an endpoint, too, and the others are named', () => {
  const names = new Set(rules.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(elsewhere).filter((name) => !names.has(name)),
    [],
  );
  assert.ok(Object.keys(elsewhere).length <= rules.length * 0.05, `${rules.length} rules`);
});
