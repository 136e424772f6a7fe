/** What is said of a schema registry: what is refused, and by which secrets it is entered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planJson } from './describePlan.ts';
import { type Plan, planOf } from './mapping.ts';

const registry = {
  SchemaRegistryURI: 'http://127.0.0.1:8081',
  EventRecordFormat: 'JSON',
  SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
};

function plan(event: object, dispatcher: object = {}): Plan {
  const kafka = { topic: 'orders', bootstrapServers: ['a:9092'], ...event };
  const functions = { ship: { handler: 'mapping.handler', events: [{ kafka }] } };
  return planOf({ functions, custom: { dispatcher } }, import.meta.dirname);
}

const refused: [string, object, RegExp][] = [
  ["Glue's", { SchemaRegistryURI: 'arn:aws:glue:::registry/r' }, /SchemaRegistryURI: is the URL of a Confluent/],
  ['a login in the address', { SchemaRegistryURI: 'http://a:b@r' }, /SchemaRegistryURI: holds no login/],
  ['nothing to check', { SchemaValidationConfigs: [] }, /SchemaValidationConfigs: /],
  ['a format that is none', { EventRecordFormat: 'AVRO' }, /EventRecordFormat: /],
  ['an unknown word', { Format: 'JSON' }, /kafka\.schemaRegistryConfig: .*Format/],
];
for (const [name, of, message] of refused) {
  test(`a schema registry: ${name} is refused, naming the key`, () => {
    assert.throws(() => plan({ schemaRegistryConfig: { ...registry, ...of } }), message);
  });
}

test('a schema registry is entered by the secrets that are known here, and these are not shown', () => {
  process.env.TEST_REGISTRY = JSON.stringify({ username: 'ana', password: 'not to be printed' });
  const access = (name: string) => ({ ...registry, AccessConfigs: [{ Type: 'BASIC_AUTH', URI: name }] });
  const secrets = { known: { env: 'TEST_REGISTRY' } };
  const known = plan({}, { secrets, defaults: { schemaRegistryConfig: access('known') } });
  assert.deepEqual(known.registries, { 'ship:orders': { login: { username: 'ana', password: 'not to be printed' } } });
  assert.ok(!planJson(known).includes('not to be printed'));
  const unknown = plan({ schemaRegistryConfig: access('placeholder') }, { secrets });
  assert.deepEqual(unknown.registries, { 'ship:orders': {} });
});
