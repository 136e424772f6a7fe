/** Engines of a test's own that ask for TLS, a certificate and a login, and the variables by which a person enters them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { certify } from '../certify.fixture.ts';
import type { Engine, Site } from '../engines/engine.ts';
import { freePort } from '../engines/freePort.ts';
import { siteOf } from '../engines/site.ts';
import { bringDown, bringUp, findRunning } from '../engines/supervisor.ts';
import { type Guard, guards } from './guards.fixture.ts';
import { ownEngines } from './ownEngines.ts';

type Variables = Readonly<Record<string, string>>;
/** An engine that runs, and what to set to enter it. */
export type Guarded = Readonly<{ variables: Variables; end(): Promise<void> }>;

/** Authority, own certificate and password by files, as a secret store hands them over. */
function filesOf(name: string, folder: string, password: string): Variables {
  const held = join(folder, 'password');
  writeFileSync(held, `${password}\n`);
  const file = (word: string, path: string) => [[`${name}_${word}_FILE`, join(folder, path)]] as const;
  return Object.fromEntries([
    ...file('PASSWORD', 'password'),
    ...file('CA', 'engine-ca.pem'),
    ...file('CERTIFICATE', 'engine.pem'),
    ...file('KEY', 'engine.key'),
  ]);
}

/** The engine itself, with all that it can ask for. @returns when it answers whoever has all of it */
async function guardedBy(wanted: Guard): Promise<Guarded> {
  const { engine, name, address, user, certificates, guard } = wanted;
  const home = await wanted.home();
  const ports: Record<string, string> = {};
  for (const { variable } of engine.ports) ports[variable] = String(await freePort());
  const site = siteOf(engine, home, ports, () => undefined);
  const folder = join(site.data, certificates);
  const own = join(home, 'client');
  const variables: Record<string, string> = {
    [engine.external]: address(site.port(engine.ports[0].variable)),
    [`${name}_USER`]: user,
  };
  const guarded: Engine = {
    ...engine,
    async prepare(given) {
      await engine.prepare?.(given);
      await mkdir(folder, { recursive: true });
      await mkdir(own);
      certify(folder, 'engine');
      for (const file of ['engine-ca.pem', 'engine.pem', 'engine.key'])
        writeFileSync(join(own, file), readFileSync(join(folder, file)));
      wanted.store?.(folder);
      Object.assign(variables, filesOf(name, own, wanted.password ?? given.password()));
    },
    launch: async (given) => guard(await engine.launch(given), folder, given),
    ready(_, { log }) {
      const { addresses, access } = ownEngines(variables);
      return engine.ready(addresses[engine.external] ?? '', { ...(log && { log }), access });
    },
  };
  const { settle } = wanted;
  if (settle) Object.assign(guarded, { settle: (given: Site) => settle(given, folder) });
  const end = async () => {
    await bringDown(guarded, site);
    await rm(home, { recursive: true, force: true });
  };
  try {
    assert.equal(await bringUp(guarded, site, undefined), 'started', name);
    assert.ok(findRunning(site), `${name} is not found again`);
  } catch (error) {
    await end();
    throw error;
  }
  return { variables, end };
}

/** @param name what its variables' names begin with */
export function guardedEngine(name: string): Promise<Guarded> {
  if (name === 'SMTP') return guardedMail();
  const guard = guards.find((one) => one.name === name);
  if (!guard) throw new Error(`${name} is none of ${guards.map((one) => one.name).join()}`);
  return guardedBy(guard);
}

/** A mail server over STARTTLS that asks for a certificate and a login. */
async function guardedMail(): Promise<Guarded> {
  const folder = await mkdtemp(join(tmpdir(), 'despacho-'));
  certify(folder, 'engine');
  const [user, password] = ['ana', 'correct horse'];
  const server = new SMTPServer({
    key: readFileSync(join(folder, 'engine.key')),
    cert: readFileSync(join(folder, 'engine.pem')),
    ca: readFileSync(join(folder, 'engine-ca.pem')),
    requestCert: true,
    rejectUnauthorized: true,
    onAuth: ({ username, password: given }, _, answer) =>
      username === user && given === password ? answer(null, { user }) : answer(new Error('no')),
    onData: (stream, _, answer) => void stream.resume().on('end', () => answer(null)),
  });
  server.on('error', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    variables: { SMTP_URL: `smtp://127.0.0.1:${port}`, SMTP_USER: user, ...filesOf('SMTP', folder, password) },
    async end() {
      await promisify(server.close.bind(server))();
      await rm(folder, { recursive: true });
    },
  };
}
