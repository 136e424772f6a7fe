import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { elasticsearchOptions, smtpOptions } from './clientOptions.ts';
import { ownEngines } from './ownEngines.ts';

const folder = ownFolder();

/** @returns the path of a file that holds the text */
function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`);
  return path;
}
const pem = (kind: string) => `-----BEGIN ${kind}-----\nbm90IHRvIGJlIHByaW50ZWQ=\n-----END ${kind}-----`;
const certificate = pem('CERTIFICATE');

const addresses = {
  KAFKA: ['KAFKA_BROKERS', 'broker:9093'],
  REDIS: ['REDIS_URL', 'rediss://redis.example:6379'],
  ELASTICSEARCH: ['ELASTICSEARCH_URL', 'https://search.example:9200'],
  SMTP: ['SMTP_URL', 'smtp://mail.example:587'],
  DATABASE: ['DATABASE_URL', 'postgres://db.example/lab'],
  IGNITE: ['IGNITE_ENDPOINT', 'ignite.example:10800'],
} as const;

for (const [name, [variable, address]] of Object.entries(addresses)) {
  test(`${name}: authority, certificate, user and password are taken from variables, and as well from files`, () => {
    const words = {
      [`${name}_USER`]: 'ana',
      [`${name}_PASSWORD`]: 'p@ss/word',
      [`${name}_CA`]: certificate,
      [`${name}_CERTIFICATE`]: certificate,
      [`${name}_KEY`]: pem('PRIVATE KEY'),
    };
    const files = Object.entries(words).map(([word, text]) => [`${word}_FILE`, fileOf(word, text)]);
    const direct = ownEngines({ [variable]: address, ...words });
    assert.deepEqual(
      ownEngines({ [`${variable}_FILE`]: fileOf(variable, address), ...Object.fromEntries(files) }),
      direct,
    );
    const access = direct.access[name.toLowerCase() as keyof typeof direct.access];
    assert.deepEqual(access?.tls, { ca: certificate, cert: certificate, key: pem('PRIVATE KEY') });
    const told = JSON.stringify([direct.addresses, access]);
    assert.match(told, /p@ss\/word|p%40ss%2Fword/);
  });

  test(`${name}: what cannot be is refused by the variable's name, without what it holds`, () => {
    const faults: [string, Record<string, string>][] = [
      [`${name}_CA`, { [`${name}_CA`]: 'not to be printed' }],
      [`${name}_CERTIFICATE`, { [`${name}_CERTIFICATE`]: certificate }],
      [`${name}_PASSWORD`, { [`${name}_USER`]: 'ana' }],
      [`${name}_PASSWORD_FILE`, { [`${name}_PASSWORD_FILE`]: '/nowhere/password' }],
    ];
    const missing = { [variable]: address, [`${name}_KEY_FILE`]: '/nowhere/key' };
    assert.throws(() => ownEngines(missing), new RegExp(`Name a file, or set ${name}_KEY\\.`));
    for (const [at, environment] of faults) {
      assert.throws(
        () => readSettings({ [variable]: address, ...environment }),
        ({ message }: Error) => message.includes(at) && !message.includes('not to be printed'),
        at,
      );
    }
    const lonely = { [`${name}_USER`]: 'ana', [`${name}_PASSWORD`]: 'not to be printed' };
    assert.throws(() => readSettings(lonely), new RegExp(`${name}_USER: is of an engine of your own; set ${variable}`));
  });
}

test('a certificate and an address without TLS do not go together', () => {
  for (const [name, variable, address] of [
    ['REDIS', 'REDIS_URL', 'redis://redis.example'],
    ['ELASTICSEARCH', 'ELASTICSEARCH_URL', 'http://search.example'],
  ]) {
    assert.throws(() => ownEngines({ [`${variable}`]: address, [`${name}_CA`]: certificate }), /are for TLS/);
  }
  const kafka = { KAFKA_BROKERS: 'a:1', KAFKA_TLS: 'false', KAFKA_CA: certificate };
  assert.throws(() => ownEngines(kafka), /KAFKA_CA.*KAFKA_TLS/);
});

test('whoever logs in does so over TLS, unless that is refused by name', () => {
  const login = { KAFKA_BROKERS: 'a:1', KAFKA_USER: 'ana', KAFKA_PASSWORD: 'p' };
  const sasl = { mechanism: 'scram-sha-512', username: 'ana', password: 'p' };
  assert.deepEqual(ownEngines(login).access.kafka, { tls: {}, sasl });
  assert.deepEqual(ownEngines({ ...login, KAFKA_TLS: 'false' }).access.kafka, { sasl });
  assert.deepEqual(ownEngines({ KAFKA_BROKERS: 'a:1', KAFKA_TLS: 'true' }).access.kafka, { tls: {} });
  assert.deepEqual(ownEngines({ KAFKA_BROKERS: 'a:1' }).access.kafka, {});
});

test('letters go to another machine over TLS alone, unless that is refused by name', () => {
  const optionsOf = (SMTP_URL: string, more = {}) =>
    smtpOptions(SMTP_URL, ownEngines({ SMTP_URL, ...more }).access).requireTLS;
  assert.equal(optionsOf('smtp://mail.example'), true);
  assert.equal(optionsOf('smtp://127.mail.example'), true);
  assert.equal(optionsOf('smtp://127.0.0.1:1025'), undefined);
  assert.equal(optionsOf('smtp://LOCALHOST:1025'), undefined);
  assert.equal(optionsOf('smtp://mail.example', { SMTP_TLS: 'false' }), undefined);
});

test('a password is whatever it is: commas, percent signs and colons reach the engine as they are', () => {
  const password = "a,b%2c%:@/'ñ";
  const held = ({ password: told }: URL) => decodeURIComponent(told);
  for (const name of ['REDIS', 'ELASTICSEARCH', 'SMTP', 'DATABASE'] as const) {
    const [variable, address] = addresses[name];
    const { addresses: told } = ownEngines({
      [variable]: address,
      [`${name}_USER`]: 'a,na',
      [`${name}_PASSWORD`]: password,
    });
    const url = new URL(told[variable] ?? '');
    assert.deepEqual([decodeURIComponent(url.username), held(url)], ['a,na', password], name);
  }
  const inAddress = 'https://ana:a,b@one:9200, https://ana:a%2Cb@two:9200';
  const nodes = elasticsearchOptions(readSettings({ ELASTICSEARCH_URL: inAddress }).elasticsearchUrl, {}).nodes;
  assert.deepEqual(
    nodes.map((node) => [new URL(node).host, held(new URL(node))]),
    [
      ['one:9200', 'a,b'],
      ['two:9200', 'a,b'],
    ],
  );
});

test('a comma in an address that is no list is a part of it', () => {
  const DATABASE_URL = 'postgres://ana:a,b@db.example/lab';
  assert.equal(ownEngines({ DATABASE_URL }).addresses.DATABASE_URL, DATABASE_URL);
});
