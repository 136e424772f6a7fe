import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownFolder } from '../infra/ownFolder.fixture.ts';
import { readSettings, settingNames } from './settings.ts';

/** Where no engine was ever started, whatever runs beside the tests. */
const home = ownFolder();
const read = (environment: Record<string, string>) => readSettings(environment, home);

test('without any variable the settings are those of the published shop', () => {
  const { waits, estimate, setback, clock, namespace, grpcAddress } = read({ PATH: '/usr/bin' });
  const expected = [
    [3, 5],
    [4, 6],
    [5, 7],
    [6, 8],
  ];
  assert.deepEqual(
    waits.map(({ low, high }) => [low, high]),
    expected,
  );
  assert.deepEqual(estimate, { low: 12, high: 20 });
  assert.deepEqual({ setback, clock, namespace }, { setback: 0, clock: 1, namespace: '' });
  assert.match(grpcAddress, /:50051$/);
});

test("the published system's five waits are taken as well as four, and fewer are refused by the states' names", () => {
  const four = read({ DESPACHO_WAITS: '1-2,3,4-5,6-7' }).waits;
  assert.deepEqual(read({ DESPACHO_WAITS: '1-2,3,4-5,6-7,8-9' }).waits, four);
  assert.equal(four.length, 4);
  assert.throws(() => read({ DESPACHO_WAITS: '3-5' }), /DESPACHO_WAITS: .*processing, preparing, shipped, delivered/);
});

test('settings cannot be changed afterwards', () => {
  assert.ok(Object.isFrozen(read({})));
});

const good: Record<string, string> = {
  KAFKA_BROKERS: 'one:9092, two:9092',
  REDIS_URL: 'rediss://elsewhere:6379/2',
  ELASTICSEARCH_URL: 'https://elsewhere:9200',
  SMTP_URL: 'smtps://elsewhere',
  INBOX_URL: 'http://elsewhere:1080',
  KIBANA_URL: 'http://elsewhere:5601',
  DESPACHO_NAMESPACE: 'run-1.',
  DESPACHO_WAITS: '0,0.5,1-2,3-3,0-0.1',
  DESPACHO_ESTIMATE: '30-60',
  DESPACHO_CLOCK: '60',
  DESPACHO_SETBACK: '0.25',
  DESPACHO_SEED: '-7',
  DESPACHO_LANGUAGE: 'en',
  DESPACHO_METRICS: 'false',
  DESPACHO_EMAIL: 'false',
  DESPACHO_TIMER_SLOT: '20',
  DESPACHO_KEEP_FINISHED: '0.5',
  DESPACHO_KEEP_LETTERS: '7',
  DESPACHO_KEEP_DOCUMENTS: '365',
  DESPACHO_PARTITIONS: '8',
  DESPACHO_REPLICATION: '3',
  DESPACHO_PARTS: 'timers,dispatcher',
  DESPACHO_GRPC_ADDRESS: '0.0.0.0:1',
  DESPACHO_GRPC_CERTIFICATE: 'shop.pem',
  DESPACHO_GRPC_KEY: 'shop.key',
  DESPACHO_GRPC_CLIENT_CA: 'authority.pem',
  DESPACHO_GRPC_CALLERS: 'callers.json',
  DESPACHO_GRPC_SECRET: 'secret',
  DESPACHO_GRPC_CONNECTION_AGE: '60',
  DESPACHO_GRPC_CA: 'ca.pem',
  DESPACHO_GRPC_API_KEY: 'key',
  DESPACHO_CONSOLE_URL: 'http://elsewhere:3000',
  DESPACHO_CONSOLE_SOCKET: 'wss://elsewhere:3001',
  DESPACHO_CONSOLE_ADDRESS: '0.0.0.0:8443',
  DESPACHO_CONSOLE_CERTIFICATE: 'console.pem',
  DESPACHO_CONSOLE_KEY: 'console.key',
  DESPACHO_CONSOLE_PEOPLE: 'people.json',
};

for (const name of settingNames) {
  test(`${name} is read, and alone changes one setting`, () => {
    const value = good[name];
    assert.ok(value !== undefined, 'this test knows a good value of every variable');
    const [usual, changed] = [read({}), read({ [name]: value })];
    const differing = Object.keys(usual).filter((key) => {
      const at = key as keyof typeof usual;
      return JSON.stringify(usual[at]) !== JSON.stringify(changed[at]);
    });
    assert.equal(differing.length, 1, differing.join());
  });
}

const bad: readonly (readonly [name: string, ...values: string[]])[] = [
  ['KAFKA_BROKERS', '', 'one:9092,', 'one', 'one:port'],
  ['REDIS_URL', '', 'http://127.0.0.1', 'nowhere'],
  ['ELASTICSEARCH_URL', 'redis://127.0.0.1', '', 'http://one:9200,', 'http://one:9200,two:9200'],
  ['SMTP_URL', '127.0.0.1:1025'],
  ['INBOX_URL', 'ftp://127.0.0.1'],
  ['DESPACHO_NAMESPACE', 'no-dot', 'Upper.', 'a b.', '.'],
  ['DESPACHO_WAITS', '3-5', '', ',,,,', '5-3,1,1,1,1', '1-2-3,1,1,1,1', '-1,1,1,1,1', '1-,1,1,1,1', 'a,b,c,d,e'],
  ['DESPACHO_ESTIMATE', '20-12', '', 'soon', '1-2-3'],
  ['DESPACHO_CLOCK', '0', '-1', '', 'fast', 'Infinity'],
  ['DESPACHO_SETBACK', '1.1', '-0.1', '', 'often'],
  ['DESPACHO_SEED', '1.5', '', 'x'],
  ['DESPACHO_LANGUAGE', 'fr', ''],
  ['DESPACHO_METRICS', 'yes', ''],
  ['DESPACHO_EMAIL', '1'],
  ['DESPACHO_KEEP_FINISHED', '0', '8761', ''],
  ['DESPACHO_KEEP_LETTERS', '0', '3651', ''],
  ['DESPACHO_KEEP_DOCUMENTS', '0', '36501', ''],
  ['DESPACHO_PARTITIONS', '0', '1.5', ''],
  ['DESPACHO_REPLICATION', '0', '10', '-2', ''],
  ['DESPACHO_PARTS', 'timer', 'timers,', ''],
  ['DESPACHO_TIMER_SLOT', '0', '1.5', '1001', ''],
  ['DESPACHO_GRPC_ADDRESS', '', '50051', 'host:port'],
];

for (const [name, ...values] of bad) {
  for (const value of values) {
    test(`${name}=${JSON.stringify(value)} is refused by its name`, () => {
      assert.throws(() => read({ [name]: value }), new RegExp(`Settings cannot be used: .*\\b${name}\\b`));
    });
  }
}

test('an unknown variable of ours is refused by its name, anybody else’s is not', () => {
  assert.throws(() => read({ DESPACHO_CLOKC: '2' }), /DESPACHO_CLOKC/);
  read({ DESPACHOS: '1', REDIS_PORT: 'x' });
});

test('every variable at fault is named at once', () => {
  assert.throws(() => read({ DESPACHO_CLOCK: '0', DESPACHO_EMAIL: 'x' }), /DESPACHO_CLOCK.*DESPACHO_EMAIL/);
});

test('Elasticsearch may have several nodes, which share a login', () => {
  const nodes = { ELASTICSEARCH_URL: 'https://one:9200, https://two:9200' };
  assert.equal(read(nodes).elasticsearchUrl, 'https://one:9200,https://two:9200');
  const login = { ELASTICSEARCH_USER: 'ana', ELASTICSEARCH_PASSWORD: 'p' };
  assert.equal(read({ ...nodes, ...login }).elasticsearchUrl, 'https://ana:p@one:9200/,https://ana:p@two:9200/');
});

test('engines are looked for at the ports that they are told', () => {
  const { kafkaBrokers, redisUrl } = read({ KAFKA_PORT: '19092', REDIS_URL: 'redis://elsewhere:1' });
  assert.deepEqual([kafkaBrokers, redisUrl], [['127.0.0.1:19092'], 'redis://elsewhere:1']);
});

test('Kafka that is started here is entered by its kept password, and one of your own by yours or by none', () => {
  const place = ownFolder({ 'secrets/kafka': 'p' });
  const sasl = { mechanism: 'plain', username: 'despacho', password: 'p' };
  assert.deepEqual(readSettings({}, place).access.kafka, { sasl });
  assert.deepEqual(readSettings({ KAFKA_BROKERS: '127.0.0.1:9092' }, place).access.kafka, {});
  const own = { KAFKA_BROKERS: 'a:1', KAFKA_USER: 'ana', KAFKA_PASSWORD: 'q', KAFKA_SASL: 'plain', KAFKA_TLS: 'false' };
  assert.deepEqual(readSettings(own, place).access.kafka, { sasl: { ...sasl, username: 'ana', password: 'q' } });
});

/** A process that carries the record's path, as the supervisor starts them. */
async function recorded(context: TestContext, name: string): Promise<string> {
  const place = ownFolder({ 'secrets/redis': 'p', [`run/${name}.pid`]: '' });
  const record = join(realpathSync(place), 'run', `${name}.pid`);
  const child = spawn(process.execPath, ['--eval', 'console.log(1); setInterval(() => {}, 1e6)'], {
    env: { RECORD: record },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill());
  await once(child.stdout, 'data');
  writeFileSync(record, `${child.pid} fingerprint`);
  return place;
}

test('a cluster is reached where one of its nodes lives, whichever', async (context) => {
  const { redisUrl, access } = readSettings({}, await recorded(context, 'redis-1'));
  assert.equal(redisUrl, 'redis://:p@despacho');
  assert.equal(access.redis?.sentinels?.hosts.length, 3);
});

test("what a reboot or a sentinel leaves is no cluster: a record's number may be anybody's by then", async (context) => {
  const left = ownFolder({
    'run/kafka-2.pid': `${process.pid} fingerprint`,
    'run/redis-2.pid': '99999999 fingerprint',
  });
  for (const place of [left, await recorded(context, 'redis-sentinel-1')]) {
    const { kafkaBrokers, access } = readSettings({}, place);
    assert.equal(kafkaBrokers.length, 1);
    assert.equal(access.redis?.sentinels, undefined);
  }
});
