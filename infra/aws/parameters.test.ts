import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readParameters } from './parameters.ts';

const example = parse(readFileSync(join(import.meta.dirname, 'example.yml'), 'utf8'));

test('the example can be used, for an MSK cluster and for one of your own', () => {
  assert.equal(readParameters(example).subnets.length, 2);
  readParameters({ ...example, kafka: { ...example.kafka, cluster: '' } });
});

for (const [key, wrong] of [
  ['vpc', { vpc: 'mine' }],
  ['subnets', { subnets: ['subnet-0'] }],
  ['kafka.secret', { kafka: { ...example.kafka, secret: 'a password' } }],
  ['kafka.pollers', { kafka: { ...example.kafka, pollers: { minimum: 2, maximum: 1 } } }],
  ['alarms', { alarms: 'somebody' }],
  ['settings: Settings cannot be used: DESPACHO_CLOCK', { settings: { DESPACHO_CLOCK: 'fast' } }],
  ['settings.DESPACHO_PARTS', { settings: { DESPACHO_PARTS: 'timers' } }],
  ['settings.DESPACHO_NAMESPACE', { settings: { DESPACHO_NAMESPACE: 'shop.' } }],
  ['', { subnet: 'subnet-0' }],
] as const) {
  test(`what cannot be deployed is refused by its name: ${key || 'an unknown one'}`, () => {
    assert.throws(
      () => readParameters({ ...example, ...wrong }),
      ({ message }: Error) => message.includes(`custom.aws.${key}`),
    );
  });
}
