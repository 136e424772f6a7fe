/** What somebody gets who has an account on this machine, and no password of ours. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { connectIgnite } from '../../functions/messages/connection.ignite.ts';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { throughStranger } from '../access/stranger.fixture.ts';
import { answerTo, askKafka, listeningPorts, whoIsThere } from './access.fixture.ts';
import { privateEngines, type Trial } from './engines.fixture.ts';
import { usualHome } from './site.ts';
import { up } from './up.ts';

let engines: Trial;
const names = ['kafka', 'redis', 'postgres', 'ignite'];
const addresses = new Map<string, string>();

const isRoot = process.getuid?.() === 0;
const planted = 'S3CRET-of-ours';

before(async () => {
  process.env.AWS_SECRET_ACCESS_KEY = planted;
  engines = await privateEngines(...names);
  for (const { name, address } of await up(names, engines.options)) addresses.set(name, address);
});
after(() => engines.end());

const urlOf = (name: string): URL => new URL(addresses.get(name) ?? '');

test('without its password Redis answers nobody, and takes no setting from anybody', async () => {
  const { port } = urlOf('redis');
  for (const command of ['PING', 'GET any', 'CONFIG SET dir /tmp', "EVAL 'return 1' 0"]) {
    const stranger = connect(Number(port), '127.0.0.1').end(`${command}\r\n`);
    const [answer] = await once(stranger, 'data');
    stranger.destroy();
    assert.match(String(answer), /^-NOAUTH/, command);
  }
});

test('an engine is told nothing of the keys and passwords in our environment', async () => {
  for (const name of names) {
    const environment = readFileSync(`/proc/${await engines.group(name)}/environ`, 'utf8');
    assert.match(environment, /RECORD=/);
    assert.ok(!environment.includes(planted), name);
  }
});

async function query(address: string, text: string) {
  const client = new pg.Client({ connectionString: address });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

test('without its password PostgreSQL answers nobody, least of all as the superuser', async () => {
  const { host, href, password } = urlOf('postgres');
  for (const login of ['postgres', 'postgres:postgres', `postgres:${password}`, 'despacho', 'despacho:wrong']) {
    await assert.rejects(query(`postgres://${login}@${host}/postgres`, 'SELECT 1'), /password|SASL/, login);
  }
  assert.deepEqual(await query(href, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user'), [
    { rolsuper: false },
  ]);
});

test('whoever has the password of PostgreSQL runs no program and reads no file by it', async () => {
  const { href } = urlOf('postgres');
  for (const text of [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "SELECT pg_read_file('/etc/hostname')",
  ]) {
    await assert.rejects(query(href, text), /permission denied|must be superuser/, text);
  }
  await query(href, 'CREATE TABLE kept (id int); DROP TABLE kept');
});

test('without its password another user hears from Kafka neither topics nor nodes, by any of its ports', async (test) => {
  const ports = listeningPorts(await engines.group('kafka'));
  assert.equal(ports.length, 2);
  for (const port of ports.map(Number)) {
    const door = isRoot ? await throughStranger(port, test) : port;
    for (const controllers of [true, false]) assert.equal(await answerTo(whoIsThere(controllers), door), '', `${port}`);
  }
  const broker = `127.0.0.1:${engines.environment.KAFKA_PORT}`;
  const wrong = { KAFKA_USER: 'despacho', KAFKA_PASSWORD: 'wrong', KAFKA_TLS: 'false' };
  for (const login of [{}, { ...wrong, KAFKA_SASL: 'plain' }, { ...wrong, KAFKA_SASL: 'scram-sha-512' }]) {
    await assert.rejects(askKafka({ KAFKA_BROKERS: broker, ...login }), /[Cc]onnection|[Aa]uthentication|SASL/);
  }
});

test('our own tools find the password of Kafka by themselves', async () => {
  const { environment, home } = engines;
  assert.deepEqual(await askKafka(environment, home), []);
});

/** What Ignite answers somebody who says this of himself. */
async function askIgnite(more: Readonly<Record<string, string>>): Promise<unknown> {
  const login = { ...more, ...(more.IGNITE_USER && { IGNITE_TLS: 'false' }) };
  const ignite = connectIgnite(readLabSettings({ IGNITE_ENDPOINT: addresses.get('ignite'), ...login }));
  return ignite.query('SELECT 1').finally(() => ignite.close());
}

test('without its password Ignite answers nobody, and with it our own tools', async () => {
  const IGNITE_USER = 'ignite';
  for (const password of ['', 'ignite', 'wrong']) {
    await assert.rejects(askIgnite(password ? { IGNITE_USER, IGNITE_PASSWORD: password } : {}), /incorrect|[Uu]naut/);
  }
  const { environment, home } = engines;
  const settings = readLabSettings({ ...environment }, home);
  const ignite = connectIgnite(settings);
  assert.deepEqual(await ignite.query('SELECT 1').finally(() => ignite.close()), [[1]]);
});

test('no other node joins Ignite: where nodes would find each other, nobody listens', async () => {
  const ports = listeningPorts(await engines.group('ignite'));
  const own = ['IGNITE_PORT', 'IGNITE_COMMUNICATION_PORT'].map((name) => engines.environment[name]);
  assert.deepEqual(ports.sort(), own.sort());
});

test('an Ignite whose start was killed before its password was set gets it at the next', async () => {
  const { home } = engines;
  rmSync(join(home, 'data/ignite/work/password.kept'));
  assert.equal((await engines.up('ignite')).outcome, 'running');
  assert.ok(existsSync(join(home, 'data/ignite/work/password.kept')));
});

test('an Ignite that somebody was in before its password was set is not used', async () => {
  const { environment, home } = engines;
  const ignite = connectIgnite(readLabSettings({ ...environment }, home));
  await ignite.query(`CREATE USER "eve" WITH PASSWORD 'eve'`).finally(() => ignite.close());
  rmSync(join(home, 'data/ignite/work/password.kept'));
  await assert.rejects(engines.up('ignite'), /user\.eve.*remove/);
});

test('without its password Elasticsearch answers nobody', async () => {
  const [ready] = await up(['elasticsearch'], { home: usualHome });
  const { host } = new URL(ready?.address ?? '');
  for (const path of ['_cluster/health', '_search', 'despacho-transitions/_close']) {
    const { status } = await fetch(`http://${host}/${path}`, { method: path.endsWith('_close') ? 'POST' : 'GET' });
    assert.equal(status, 401, path);
  }
});

test('another user reads nothing below our folder', { skip: !isRoot && 'only root can become somebody else' }, () => {
  const { home } = engines;
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c'];
  for (const path of [
    'secrets/kafka',
    'secrets/redis',
    'secrets/postgres',
    'secrets/ignite',
    'data/ignite/work',
    'data/kafka/server.properties',
    'data/redis',
    'data/postgres/tables/PG_VERSION',
    'run/redis.pid',
    'logs/redis.log',
  ]) {
    assert.ok(existsSync(join(home, path)), path);
    assert.throws(
      () =>
        execFileSync('setpriv', [...asNobody, `cat ${join(home, path)}`], {
          stdio: 'ignore',
        }),
      path,
    );
  }
  assert.throws(() => execFileSync('setpriv', [...asNobody, `ls ${home}`], { stdio: 'ignore' }));
});
