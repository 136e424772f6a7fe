/** The rules that need three brokers, on a Kafka of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kafkaCluster } from '../../infra/engines/kafkaCluster.fixture.ts';
import { implementations } from '../../scripts/bench/dispatcher/implementations.ts';
import { brokerRules } from './rules/brokers.ts';
import { Suite, type Verdict } from './suite.ts';

test('with three brokers, of which one is killed', { timeout: 600_000 }, async (context) => {
  const { host } = implementations;
  assert.ok(host, 'the host is among the implementations');
  const cluster = await kafkaCluster();
  const verdicts: Verdict[] = [];
  try {
    await new Suite(host, cluster.brokers, (verdict) => verdicts.push(verdict), cluster).run(brokerRules);
  } finally {
    await cluster.end();
  }
  for (const { rule, passed, reason } of verdicts) await context.test(rule.name, () => assert.ok(passed, reason));
  assert.equal(verdicts.length, brokerRules.length);
});
