/** What makes each engine ask for TLS, a certificate and a login. */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { elasticsearch } from '../engines/elasticsearch.ts';
import type { Engine, Launch, Site } from '../engines/engine.ts';
import { oddHome, privateHome } from '../engines/home.fixture.ts';
import { activate, ignite } from '../engines/ignite.ts';
import { usualEntry } from '../engines/igniteLogin.ts';
import { java } from '../engines/java.ts';
import { postgres } from '../engines/postgres.ts';
import { redis } from '../engines/redis.ts';

/** Of an engine here: what its variables' names begin with, its address, its user, and what makes it ask for all of that. */
export type Guard = Readonly<{
  engine: Engine;
  /** Makes the folder that it lies in. */
  home(): Promise<string>;
  name: string;
  address(port: number): string;
  user: string;
  /** Below the engine's data, where it may read them. */
  certificates: string;
  guard(launch: Launch, folder: string, site: Site): Launch;
  /** Random unless given. */
  password?: string;
  /** Further files beside the certificates. */
  store?(folder: string): void;
  settle?(site: Site, folder: string): Promise<void>;
}>;

const addTo = (launch: Launch, file: string, lines: readonly string[]): Launch => {
  const [path = '', text = ''] = Object.entries(launch.files ?? {}).find(([name]) => name.endsWith(file)) ?? [];
  return { ...launch, files: { ...launch.files, [path]: [text, ...lines, ''].join('\n') } };
};

/** Ignite has one user at first, and is activated by a command that has to come in as everybody else. */
const guardedIgnite: Pick<Guard, 'guard' | 'password' | 'store' | 'settle'> = {
  guard: guardIgnite,
  password: 'ignite',
  store(folder) {
    const run = (file: string, ...args: string[]) => execFileSync(file, args, { stdio: 'ignore', cwd: folder });
    const own = ['-inkey', 'engine.key', '-in', 'engine.pem', '-out', 'own.p12', '-passout', 'pass:stored'];
    run('openssl', 'pkcs12', '-export', ...own);
    const into = ['-keystore', 'authority.p12', '-storetype', 'PKCS12', '-storepass', 'stored'];
    run(join(dirname(java()), 'keytool'), '-importcert', '-noprompt', '-file', 'engine-ca.pem', ...into);
  },
  settle(site, folder) {
    const [own, authority] = [join(folder, 'own.p12'), join(folder, 'authority.p12')];
    const keys = ['--keystore', own, '--keystore-type', 'PKCS12', '--keystore-password', 'stored'];
    const trust = ['--truststore', authority, '--truststore-type', 'PKCS12', '--truststore-password', 'stored'];
    return activate(site, [...usualEntry, ...keys, ...trust]);
  },
};

/** Ignite reads no PEM. */
function guardIgnite(launch: Launch, folder: string): Launch {
  const stores = { keyStore: 'own.p12', trustStore: 'authority.p12' };
  const factory = Object.entries(stores)
    .map(
      ([kind, file]) =>
        `<property name="${kind}FilePath" value="${join(folder, file)}"/><property name="${kind}Password" value="stored"/>` +
        `<property name="${kind}Type" value="PKCS12"/>`,
    )
    .join('');
  const tls =
    '<property name="sslEnabled" value="true"/><property name="useIgniteSslContextFactory" value="false"/>' +
    '<property name="sslClientAuth" value="true"/><property name="sslContextFactory">' +
    `<bean class="org.apache.ignite.ssl.SslContextFactory">${factory}</bean></property>`;
  const [[path, text] = ['', '']] = Object.entries(launch.files ?? {});
  const configuration = text.replace(/ClientConnectorConfiguration">/, (found) => `${found}${tls}`);
  return { ...launch, files: { ...launch.files, [path]: configuration } };
}

export const guards: readonly Guard[] = [
  {
    engine: redis,
    home: privateHome,
    name: 'REDIS',
    address: (port) => `rediss://127.0.0.1:${port}`,
    user: 'ana',
    certificates: 'certificates',
    guard: (launch, folder, site) =>
      addTo(launch, 'redis.conf', [
        'port 0',
        `tls-port ${site.port('REDIS_PORT')}`,
        `tls-cert-file ${join(folder, 'engine.pem')}`,
        `tls-key-file ${join(folder, 'engine.key')}`,
        `tls-ca-cert-file ${join(folder, 'engine-ca.pem')}`,
        'tls-auth-clients yes',
        'user default off',
        `user ana on >${site.password()} ~* &* +@all`,
      ]),
  },
  {
    engine: elasticsearch,
    home: oddHome,
    name: 'ELASTICSEARCH',
    address: (port) => `https://127.0.0.1:${port}`,
    user: 'elastic',
    certificates: 'config/certificates',
    guard: (launch) =>
      addTo(launch, 'elasticsearch.yml', [
        'xpack.security.http.ssl.enabled: true',
        'xpack.security.http.ssl.client_authentication: required',
        'xpack.security.http.ssl.certificate: certificates/engine.pem',
        'xpack.security.http.ssl.key: certificates/engine.key',
        'xpack.security.http.ssl.certificate_authorities: certificates/engine-ca.pem',
      ]),
  },
  {
    engine: postgres,
    home: privateHome,
    name: 'DATABASE',
    address: (port) => `postgres://127.0.0.1:${port}/despacho`,
    user: 'despacho',
    certificates: 'certificates',
    guard(launch, folder) {
      const hba = join(folder, 'hba');
      const settings = {
        hba_file: hba,
        ssl: 'on',
        ssl_cert_file: join(folder, 'engine.pem'),
        ssl_key_file: join(folder, 'engine.key'),
        ssl_ca_file: join(folder, 'engine-ca.pem'),
      };
      const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
      const rule = 'hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n';
      return { ...launch, command: [...launch.command, ...options], files: { ...launch.files, [hba]: rule } };
    },
  },
  {
    engine: ignite,
    home: privateHome,
    name: 'IGNITE',
    address: (port) => `127.0.0.1:${port}`,
    user: 'ignite',
    certificates: 'certificates',
    ...guardedIgnite,
  },
];
