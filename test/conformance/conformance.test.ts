/** The rules that can share one process: the others end it, or take long, and run with `npm run conformance`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { place } from '../../infra/kafkajs/testKafka.fixture.ts';
import { implementations } from '../../scripts/bench/dispatcher/implementations.ts';
import { rules } from './rules.ts';
import { Suite, type Verdict } from './suite.ts';

const { host } = implementations;
const chosen = rules.filter(({ isolated }) => !isolated);
const verdicts = new Map(chosen.map((rule) => [rule, Promise.withResolvers<Verdict>()]));
let run: Promise<unknown> | undefined;

before(() => {
  if (!host) throw new Error('the host is not among the implementations');
  run = new Suite(host, place, (verdict) => verdicts.get(verdict.rule)?.resolve(verdict)).run(chosen);
  run.catch((error) => {
    for (const { reject } of verdicts.values()) reject(error);
  });
});

after(() => run);

for (const rule of chosen) {
  test(rule.name, { timeout: 300_000 }, async () => {
    const verdict = await verdicts.get(rule)?.promise;
    assert.ok(verdict?.passed, verdict?.reason);
  });
}
