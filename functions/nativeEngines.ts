/** Where the engines are that were started on this machine, and their passwords. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterName, clusterTells, nodeName, nodePorts } from '../infra/access/nodes.ts';
import { sentinelsOf } from '../infra/access/sentinels.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Kept by infra/engines, below the project's folder, in which every function and script runs. */
function password(engine: string): string {
  try {
    return readFileSync(join('.despacho/secrets', engine), 'utf8');
  } catch {
    // Nothing was started here yet, or it runs as a container, or belongs to somebody else.
    return '';
  }
}

function login(user: string, engine: string): string {
  const known = password(engine);
  return known && `${user}:${known}@`;
}

// A cluster may put a whole address into such a variable, which is no port of ours.
const portIn = (environment: Environment) => (variable: string, usual: number) =>
  environment[variable]?.match(/^\d+$/)?.[0] ?? usual;

/** Of those that run as several nodes: a node's record is kept as long as it has not been ended. */
function clusters(port: ReturnType<typeof portIn>) {
  const running = (Object.keys(nodePorts) as ClusterName[]).filter((name) =>
    existsSync(join('.despacho/run', `${nodeName(name, 2)}.pid`)),
  );
  const tells = running.map((name) =>
    clusterTells[name](({ variable, usual }) => port(variable, usual), password(name)),
  );
  const told: Record<string, string> = Object.assign({}, ...tells);
  const { REDIS_SENTINELS: _, REDIS_SENTINEL_PASSWORD: __, ...addresses } = told;
  return { ...addresses, sentinels: sentinelsOf(new Map(Object.entries(told))) };
}

/** The addresses of a person's own engines go before these, and REDIS_URL before `sentinels`. @param environment `…_PORT` moves an engine */
export function nativeEngines(environment: Environment) {
  const port = portIn(environment);
  const single = {
    KAFKA_BROKERS: `127.0.0.1:${port('KAFKA_PORT', 9092)}`,
    REDIS_URL: `redis://${login('', 'redis')}127.0.0.1:${port('REDIS_PORT', 6379)}`,
    ELASTICSEARCH_URL: `http://${login('elastic', 'elasticsearch')}127.0.0.1:${port('ELASTICSEARCH_PORT', 9200)}`,
    SMTP_URL: `smtp://127.0.0.1:${port('SMTP_PORT', 1025)}`,
    INBOX_URL: `http://127.0.0.1:${port('INBOX_PORT', 1080)}`,
    DATABASE_URL: `postgres://${login('despacho', 'postgres')}127.0.0.1:${port('POSTGRES_PORT', 5432)}/despacho`,
  };
  return { ...single, ...clusters(port) };
}
