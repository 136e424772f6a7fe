/** Where the engines are that were started on this machine, and their passwords. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kept by infra/engines, below the project's folder, in which every function and script runs. */
function login(user: string, engine: string): string {
  try {
    return `${user}:${readFileSync(join('.despacho/secrets', engine), 'utf8')}@`;
  } catch {
    // Nothing was started here yet, or it runs as a container, or belongs to somebody else.
    return '';
  }
}

/** The addresses of a person's own engines go before these. @param environment `…_PORT` moves an engine */
export function nativeEngines(environment: Readonly<Record<string, string | undefined>>) {
  // A cluster may put a whole address into such a variable, which is no port of ours.
  const port = (variable: string, usual: number) => environment[variable]?.match(/^\d+$/)?.[0] ?? usual;
  return {
    KAFKA_BROKERS: `127.0.0.1:${port('KAFKA_PORT', 9092)}`,
    REDIS_URL: `redis://${login('', 'redis')}127.0.0.1:${port('REDIS_PORT', 6379)}`,
    ELASTICSEARCH_URL: `http://${login('elastic', 'elasticsearch')}127.0.0.1:${port('ELASTICSEARCH_PORT', 9200)}`,
    SMTP_URL: `smtp://127.0.0.1:${port('SMTP_PORT', 1025)}`,
    INBOX_URL: `http://127.0.0.1:${port('INBOX_PORT', 1080)}`,
    DATABASE_URL: `postgres://${login('despacho', 'postgres')}127.0.0.1:${port('POSTGRES_PORT', 5432)}/despacho`,
  };
}
