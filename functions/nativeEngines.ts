/** Where the engines are that were started on this machine, and their passwords. */

import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { clusterTells, dataNodes, nodePorts } from '../infra/access/nodes.ts';
import { type EngineAccess, igniteUser, ownEngines } from '../infra/access/ownEngines.ts';
import { ownKafkaLogin } from '../infra/access/ownKafka.ts';
import { sentinelsOf } from '../infra/access/sentinels.ts';
import { namesOf } from '../infra/namesOf.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Below the project's folder, in which every function and script runs. */
export const usualHome = '.despacho';

/** Kept by infra/engines. */
function password(home: string, engine: string): string {
  try {
    return readFileSync(join(home, 'secrets', engine), 'utf8');
  } catch {
    // Nothing was started here yet, or it runs as a container, or belongs to somebody else.
    return '';
  }
}

function login(home: string, user: string, engine: string): string {
  const known = password(home, engine);
  return known && `${user}:${known}@`;
}

/** Whether the process of a record is the one that wrote it: after a reboot its number is nobody's, or somebody else's. */
function lives(record: string): boolean {
  try {
    const [pid] = readFileSync(record, 'utf8').split(' ');
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .includes(`RECORD=${realpathSync(record)}`);
  } catch {
    return false;
  }
}

// A cluster may put a whole address into such a variable, which is no port of ours.
const portIn = (environment: Environment) => (variable: string, usual: number) =>
  environment[variable]?.match(/^\d+$/)?.[0] ?? usual;

/** Of those that run as several nodes: one that lives is enough, since the others may have been killed. */
function clusters(home: string, port: ReturnType<typeof portIn>) {
  const running = namesOf(nodePorts).filter((name) =>
    dataNodes(name).some((node) => lives(join(home, 'run', `${node}.pid`))),
  );
  const tells = running.map((name) =>
    clusterTells[name](({ variable, usual }) => port(variable, usual), password(home, name)),
  );
  const told: Record<string, string> = Object.assign({}, ...tells);
  return { addresses: told, sentinels: sentinelsOf(new Map(Object.entries(told))) };
}

/** Where the engines of this machine are by their variables, and what they ask for beside that. */
function nativeEngines(environment: Environment, home: string) {
  const port = portIn(environment);
  const single = {
    KAFKA_BROKERS: `127.0.0.1:${port('KAFKA_PORT', 9092)}`,
    REDIS_URL: `redis://${login(home, '', 'redis')}127.0.0.1:${port('REDIS_PORT', 6379)}`,
    ELASTICSEARCH_URL: `http://${login(home, 'elastic', 'elasticsearch')}127.0.0.1:${port('ELASTICSEARCH_PORT', 9200)}`,
    SMTP_URL: `smtp://127.0.0.1:${port('SMTP_PORT', 1025)}`,
    INBOX_URL: `http://127.0.0.1:${port('INBOX_PORT', 1080)}`,
    DATABASE_URL: `postgres://${login(home, 'despacho', 'postgres')}127.0.0.1:${port('POSTGRES_PORT', 5432)}/despacho`,
    IGNITE_ENDPOINT: `127.0.0.1:${port('IGNITE_PORT', 10_800)}`,
  };
  const { sentinels, addresses: several } = clusters(home, port);
  const [ofKafka, ofIgnite] = [password(home, 'kafka'), password(home, 'ignite')];
  return {
    addresses: { ...single, ...several },
    access: {
      ...(sentinels && { REDIS_URL: { redis: { sentinels } } }),
      ...(ofKafka && { KAFKA_BROKERS: { kafka: ownKafkaLogin(ofKafka) } }),
      ...(ofIgnite && { IGNITE_ENDPOINT: { ignite: { login: { user: igniteUser, password: ofIgnite } } } }),
    },
  };
}

/**
 * The engines as they are reached: a person's own, and for what he names none of, those that are started here.
 * @param environment `…_PORT` moves an engine that is started here
 * @param home the folder of what those keep
 * @returns their addresses by their variables, and what they ask for beside those
 * @throws Mistake that names the variable at fault
 */
export function knownEngines(environment: Environment, home: string) {
  const own = ownEngines(environment);
  const native = nativeEngines(environment, home);
  const ofNative = Object.entries(native.access).filter(([address]) => own.addresses[address] === undefined);
  const access: EngineAccess = Object.assign({}, own.access, ...ofNative.map(([, one]) => one));
  return { own: own.addresses, native: native.addresses, access };
}
