/** Where orders, documents and messages are kept. */

import { usualDays } from '../../letterDays.ts';
import { diskSettings, elasticsearch, elasticsearchHeap, nodeSettings } from '../elasticsearch.ts';
import { ignite, igniteHeap, nodeConfiguration } from '../ignite.ts';
import { inbox } from '../inbox.ts';
import { databaseSettings, postgres } from '../postgres.ts';
import { redis, redisSettings } from '../redis.ts';
import { check, given, healthy, hostPort, official, published, variable, versions } from './parts.ts';

/** In a command there is no shell to take quotes off. */
function unquoted(value: string): string {
  return value === '""' ? '' : value;
}

/** Passwords are those of `REDIS_PASSWORD` (unset: none) and `POSTGRES_PASSWORD` (unset: `despacho`). */
export const stores = {
  redis: {
    image: official(`redis:${versions.redis}`),
    command: [
      'redis-server',
      '--requirepass',
      given('REDIS_PASSWORD', ''),
      ...Object.entries(redisSettings).flatMap(([name, value]) => [`--${name}`, unquoted(value)]),
    ],
    ports: [published(hostPort(redis), 6379)],
    volumes: ['redis:/data'],
    healthcheck: check('redis-cli ping', 10),
    mem_limit: '1g',
  },
  elasticsearch: {
    image: official(`elasticsearch:${versions.elasticsearch}`),
    environment: {
      ...nodeSettings,
      ...diskSettings,
      // Kibana would need a login too. With these, at least no page of another site can ask for anything.
      'xpack.security.enabled': 'false',
      'http.cors.enabled': 'true',
      'http.cors.allow-origin': 'http://127.0.0.1:5601',
      ES_JAVA_OPTS: `${elasticsearchHeap.join(' ')} -XX:+UseSerialGC`,
    },
    ports: [published(hostPort(elasticsearch), 9200)],
    volumes: ['elasticsearch:/usr/share/elasticsearch/data'],
    healthcheck: check('curl -sf "http://localhost:9200/_cluster/health?wait_for_status=yellow&timeout=2s"', 90),
    mem_limit: '1536m',
  },
  postgres: {
    image: official(`postgres:${versions.postgres}`),
    command: ['postgres', ...Object.entries(databaseSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    environment: { POSTGRES_USER: 'despacho', POSTGRES_PASSWORD: given('POSTGRES_PASSWORD', 'despacho') },
    ports: [published(hostPort(postgres), 5432)],
    volumes: ['postgres:/var/lib/postgresql/data'],
    healthcheck: check('pg_isready -U despacho', 30),
    mem_limit: '512m',
  },
};

/** The node, and a service that activates the cluster and ends. */
export const igniteServices = {
  ignite: {
    image: `apacheignite/ignite:${versions.ignite}`,
    environment: {
      CONFIG_URI: '/etc/despacho.xml',
      JVM_OPTS: `-XX:+UseSerialGC ${igniteHeap.join(' ')} -Djava.net.preferIPv4Stack=true -DIGNITE_UPDATE_NOTIFIER=false`,
    },
    configs: [{ source: 'ignite', target: '/etc/despacho.xml' }],
    ports: [published(hostPort(ignite), 10_800)],
    volumes: ['ignite:/storage'],
    healthcheck: check('nc -z localhost 10800', 60),
    mem_limit: '2g',
  },
  /** A new cluster that keeps its data waits until it is activated, once. */
  'ignite-activate': {
    image: `apacheignite/ignite:${versions.ignite}`,
    depends_on: { ignite: healthy },
    entrypoint: ['/opt/ignite/apache-ignite/bin/control.sh'],
    command: ['--host', 'ignite', '--port', '10800', '--set-state', 'ACTIVE', '--yes'],
    mem_limit: '512m',
  },
};

const inboxRuns = [
  'package.json',
  'node_modules',
  'functions/text.ts',
  'infra/access',
  'infra/clock.ts',
  'infra/faults.ts',
  'infra/http',
  'infra/inbox',
  'infra/letterDays.ts',
];

/** Runs the checkout's own inbox, mounted read-only; the letters are in a volume. */
export const mail = {
  inbox: {
    image: official(`node:${versions.node}-slim`),
    command: [
      'node',
      '/despacho/infra/inbox/main.ts',
      '/letters',
      '1025',
      '1080',
      variable('DESPACHO_KEEP_LETTERS', usualDays),
      '0.0.0.0',
    ],
    ports: [published(hostPort(inbox), 1025), published(hostPort(inbox, 1), 1080)],
    // Nothing of the checkout but what it runs.
    volumes: [...inboxRuns.map((path) => `../../${path}:/despacho/${path}:ro`), 'inbox:/letters'],
    read_only: true,
    cap_drop: ['ALL'],
    healthcheck: check('node -e "fetch(\'http://localhost:1080/\').then((r) => process.exit(r.ok ? 0 : 1))"', 10),
    mem_limit: '256m',
  },
};

/** Spring XML, mounted at `/etc/despacho.xml`; `LAB_DURABILITY` has no say: each write waits for the disk. */
export const igniteConfig = {
  content: nodeConfiguration({
    work: '/storage',
    host: '0.0.0.0',
    ports: { client: 10_800, communication: 47_100 },
    walMode: 'FSYNC',
    login: false,
  }),
};
