/** What of AWS's access configurations reaches the client, and what is said where it cannot. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { type AccessConfigurations, accessOf, accessSchema } from './access.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka';
const user = { username: 'ana', password: 'not to be printed' };
const environment = { KAFKA_SECRET: JSON.stringify(user), BROKEN: '{"password":"not to be printed"', EMPTY: '{}' };

const folder = ownFolder();

const access = (
  given: Partial<Record<keyof AccessConfigurations, string>>,
  { source = { env: 'KAFKA_SECRET' }, tls }: { source?: { env: string } | { file: string }; tls?: boolean } = {},
) => accessOf(accessSchema.parse(given), { secrets: { [arn]: source }, tls }, { environment, folder });

const mechanisms = {
  saslPlainAuth: 'plain',
  saslScram256Auth: 'scram-sha-256',
  saslScram512Auth: 'scram-sha-512',
} as const;

for (const [key, mechanism] of Object.entries(mechanisms)) {
  test(`${key} logs in by ${mechanism}, over TLS`, () => {
    assert.deepEqual(access({ [key]: arn }), { tls: {}, sasl: { mechanism, ...user } });
  });
}

test('a broker of a developer takes a password in the clear where that is asked for', () => {
  assert.deepEqual(access({ saslPlainAuth: arn }, { tls: false }), { sasl: { mechanism: 'plain', ...user } });
});

test('a secret that is nowhere to be found is a placeholder: nobody logs in', () => {
  assert.equal(access({ saslScram512Auth: 'arn:aws:secretsmanager:::placeholder' }), undefined);
  assert.equal(access({ vpcSubnet: 'subnet-0' }), undefined);
});

test('TLS alone needs no secret', () => {
  assert.deepEqual(access({}, { tls: true }), { tls: {} });
});

const faults: readonly (readonly [source: { env: string } | { file: string }, message: RegExp])[] = [
  [{ env: 'NOWHERE' }, /custom\.dispatcher\.secrets\.arn.*: the environment has no NOWHERE/],
  [{ env: 'BROKEN' }, /custom\.dispatcher\.secrets\.arn.*: is no JSON$/],
  [{ env: 'EMPTY' }, /lacks username, password; it is JSON as AWS Secrets Manager holds it/],
  [{ file: '/nowhere/kafka.json' }, /custom\.dispatcher\.secrets\.arn.*no such file/],
];

for (const [source, message] of faults) {
  test(`a secret from ${JSON.stringify(source)} is refused by its name, without what it holds`, () => {
    assert.throws(
      () => access({ saslPlainAuth: arn }, { source }),
      (error: Error) => message.test(error.message) && !error.message.includes('not to be printed'),
    );
  });
}

test('a certificate and a connection in the clear do not go together', () => {
  const secrets = { [arn]: { env: 'PAIR' } };
  const environment = { PAIR: JSON.stringify({ certificate: 'c', privateKey: 'k' }) };
  const given = accessSchema.parse({ clientCertificateTlsAuth: arn });
  assert.throws(
    () => accessOf(given, { secrets, tls: false }, { environment, folder }),
    /custom\.dispatcher\.tls: is false/,
  );
  assert.deepEqual(accessOf(given, { secrets }, { environment, folder }), { tls: { cert: 'c', key: 'k' } });
});

test("the path of a secret's file starts at the service's folder, wherever the dispatcher was started", () => {
  writeFileSync(join(folder, 'kafka.json'), JSON.stringify(user));
  const found = { tls: {}, sasl: { mechanism: 'plain', ...user } };
  for (const file of ['kafka.json', './kafka.json', join(folder, 'kafka.json')])
    assert.deepEqual(access({ saslPlainAuth: arn }, { source: { file } }), found);
});
