import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fieldsOf, toElasticsearch } from './kqlQuery.fixture.ts';
import { kql } from './lensColumns.ts';
import type { Condition } from './panels.ts';

test('conditions are written in KQL', () => {
  assert.equal(kql(), '');
  assert.equal(kql({ 'event.outcome': 'failure' } as Condition), 'event.outcome: "failure"');
  const both = { 'faas.name': ['ship', 'deliver'], 'faas.coldstart': true, 'despacho.retries': { above: 0 } };
  assert.equal(
    kql(both as Condition),
    'faas.name: ("ship" or "deliver") and faas.coldstart: true and despacho.retries > 0',
  );
});

test('KQL asks Elasticsearch for what the condition says, whatever the values hold', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('a "b" and c', '\\', 'x: "y" and z', ' or '));
  const condition = fc.record(
    { 'despacho.order.region': text, 'faas.name': fc.array(text, { minLength: 1 }), 'faas.coldstart': fc.boolean() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(condition, (values) => {
      const written = kql(values as Condition);
      const filter = Object.entries(values).map(([field, value]) =>
        typeof value === 'boolean' ? { term: { [field]: value } } : { terms: { [field]: [value].flat() } },
      );
      assert.deepEqual(toElasticsearch(written), { bool: { filter } });
      assert.deepEqual(fieldsOf(written), Object.keys(values));
    }),
  );
});

test('KQL that the translation does not know is refused rather than misread', () => {
  assert.throws(() => toElasticsearch('not a: "b"'), /is none of/);
});
