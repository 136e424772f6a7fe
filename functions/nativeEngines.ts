/** Where the engines are that were started on this machine, and their passwords. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterName, clusterTells, nodeName, nodePorts } from '../infra/access/nodes.ts';

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

/** The addresses of a person's own engines go before these. @param environment `…_PORT` moves an engine */
export function nativeEngines(environment: Environment) {
  const port = portIn(environment);
  return {
    KAFKA_BROKERS: `127.0.0.1:${port('KAFKA_PORT', 9092)}`,
    REDIS_URL: `redis://${login('', 'redis')}127.0.0.1:${port('REDIS_PORT', 6379)}`,
    ELASTICSEARCH_URL: `http://${login('elastic', 'elasticsearch')}127.0.0.1:${port('ELASTICSEARCH_PORT', 9200)}`,
    SMTP_URL: `smtp://127.0.0.1:${port('SMTP_PORT', 1025)}`,
    INBOX_URL: `http://127.0.0.1:${port('INBOX_PORT', 1080)}`,
    DATABASE_URL: `postgres://${login('despacho', 'postgres')}127.0.0.1:${port('POSTGRES_PORT', 5432)}/despacho`,
  };
}

const ownAddress = { kafka: 'KAFKA_BROKERS', redis: 'REDIS_URL', elasticsearch: 'ELASTICSEARCH_URL' } as const;

/** How the engines are reached that run here as several nodes, and are no engine of a person's own; nothing of the others. */
export function nativeClusters(environment: Environment): Readonly<Record<string, string>> {
  const port = portIn(environment);
  const running = (Object.keys(nodePorts) as ClusterName[]).filter((name) => {
    const own = environment[ownAddress[name]] ?? environment[`${ownAddress[name]}_FILE`];
    // Kept by infra/engines as long as the node has not been ended.
    return own === undefined && existsSync(join('.despacho/run', `${nodeName(name, 2)}.pid`));
  });
  const tells = running.map((name) =>
    clusterTells[name](({ variable, usual }) => port(variable, usual), password(name)),
  );
  return Object.assign({}, ...tells);
}
