/** What somebody gets who has an account on this machine, and no password of ours. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { privateEngines, type Trial } from './engines.fixture.ts';
import { usualHome } from './site.ts';
import { up } from './up.ts';

let engines: Trial;
const addresses = new Map<string, string>();

const planted = 'S3CRET-of-ours';

before(async () => {
  process.env.AWS_SECRET_ACCESS_KEY = planted;
  engines = await privateEngines('redis', 'postgres');
  for (const { name, address } of await up(['redis', 'postgres'], engines.options)) addresses.set(name, address);
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
  for (const name of ['redis', 'postgres']) {
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

test('without its password Elasticsearch answers nobody', async () => {
  const [ready] = await up(['elasticsearch'], { home: usualHome });
  const { host } = new URL(ready?.address ?? '');
  for (const path of ['_cluster/health', '_search', 'despacho-transitions/_close']) {
    const { status } = await fetch(`http://${host}/${path}`, { method: path.endsWith('_close') ? 'POST' : 'GET' });
    assert.equal(status, 401, path);
  }
});

const isRoot = process.getuid?.() === 0;

test('another user reads nothing below our folder', { skip: !isRoot && 'only root can become somebody else' }, () => {
  const { home } = engines;
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c'];
  for (const path of [
    'secrets/redis',
    'secrets/postgres',
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
