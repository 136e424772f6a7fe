import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, settingNames } from './settings.ts';

test('without any variable the settings are those of the published shop', () => {
  const { waits, estimate, setback, clock, namespace, grpcAddress } = readSettings({ PATH: '/usr/bin' });
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
  const four = readSettings({ DESPACHO_WAITS: '1-2,3,4-5,6-7' }).waits;
  assert.deepEqual(readSettings({ DESPACHO_WAITS: '1-2,3,4-5,6-7,8-9' }).waits, four);
  assert.equal(four.length, 4);
  assert.throws(
    () => readSettings({ DESPACHO_WAITS: '3-5' }),
    /DESPACHO_WAITS: .*processing, preparing, shipped, delivered/,
  );
});

test('settings cannot be changed afterwards', () => {
  assert.ok(Object.isFrozen(readSettings({})));
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
  DESPACHO_PARTITIONS: '8',
  DESPACHO_REPLICATION: '3',
  DESPACHO_PARTS: 'timers,dispatcher',
  DESPACHO_GRPC_ADDRESS: '0.0.0.0:1',
  DESPACHO_GRPC_CERTIFICATE: 'shop.pem',
  DESPACHO_GRPC_KEY: 'shop.key',
  DESPACHO_GRPC_CLIENT_CA: 'authority.pem',
  DESPACHO_GRPC_CALLERS: 'callers.json',
  DESPACHO_GRPC_SECRET: 'secret',
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
    const [usual, changed] = [readSettings({}), readSettings({ [name]: value })];
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
  ['DESPACHO_PARTITIONS', '0', '1.5', ''],
  ['DESPACHO_REPLICATION', '0', '10', '-2', ''],
  ['DESPACHO_PARTS', 'timer', 'timers,', ''],
  ['DESPACHO_TIMER_SLOT', '0', '1.5', '1001', ''],
  ['DESPACHO_GRPC_ADDRESS', '', '50051', 'host:port'],
];

for (const [name, ...values] of bad) {
  for (const value of values) {
    test(`${name}=${JSON.stringify(value)} is refused by its name`, () => {
      assert.throws(() => readSettings({ [name]: value }), new RegExp(`Settings cannot be used: .*\\b${name}\\b`));
    });
  }
}

test('an unknown variable of ours is refused by its name, anybody else’s is not', () => {
  assert.throws(() => readSettings({ DESPACHO_CLOKC: '2' }), /DESPACHO_CLOKC/);
  readSettings({ DESPACHOS: '1', REDIS_PORT: 'x' });
});

test('every variable at fault is named at once', () => {
  assert.throws(() => readSettings({ DESPACHO_CLOCK: '0', DESPACHO_EMAIL: 'x' }), /DESPACHO_CLOCK.*DESPACHO_EMAIL/);
});

test('Elasticsearch may have several nodes, which share a login', () => {
  const nodes = { ELASTICSEARCH_URL: 'https://one:9200, https://two:9200' };
  assert.equal(readSettings(nodes).elasticsearchUrl, 'https://one:9200,https://two:9200');
  const login = { ELASTICSEARCH_USER: 'ana', ELASTICSEARCH_PASSWORD: 'p' };
  assert.equal(
    readSettings({ ...nodes, ...login }).elasticsearchUrl,
    'https://ana:p@one:9200/,https://ana:p@two:9200/',
  );
});

test('engines are looked for at the ports that they are told', () => {
  const { kafkaBrokers, redisUrl } = readSettings({ KAFKA_PORT: '19092', REDIS_URL: 'redis://elsewhere:1' });
  assert.deepEqual([kafkaBrokers, redisUrl], [['127.0.0.1:19092'], 'redis://elsewhere:1']);
});
