/** A Kafka that does not let somebody in hangs up without a word, or with one that names no setting. Here it is told what may be missing. */
import type { Kafka } from 'kafkajs';

const login = 'KAFKA_USER, KAFKA_PASSWORD and KAFKA_SASL';
const certificate = 'KAFKA_CERTIFICATE and KAFKA_KEY';

/** What a client does first, and before it asks for anything else. */
const entering = ['connect', 'refreshMetadata', 'refreshMetadataIfNecessary', 'metadata'] as const;
type Cluster = Record<(typeof entering)[number], (...given: unknown[]) => Promise<unknown>>;

/** The errors that it was made from, too. */
const namesOf = (error: unknown): string[] => (error instanceof Error ? [error.name, ...namesOf(error.cause)] : []);

/** @returns the sentence that names the settings; undefined where it was something else that went wrong */
function advice(error: Error): string | undefined {
  const names = namesOf(error);
  if (names.includes('KafkaJSSASLAuthenticationError')) {
    return `Kafka refuses the login, which ${login} say: ${error.message}`;
  }
  if (names.includes('KafkaJSConnectionClosedError')) {
    return `Kafka closed the connection: it ends, or may ask for a login (${login}), for TLS (KAFKA_TLS=true and KAFKA_CA) or for a certificate (${certificate}).`;
  }
  // Where a name leads nowhere, the error quotes it, whatever it has in it.
  const isTls =
    names.includes('KafkaJSConnectionError') && /^(?!.*getaddrinfo).*(certificate|ssl|tls|EPROTO)/i.test(error.message);
  return isTls
    ? `No TLS with Kafka, which KAFKA_CA, ${certificate} are for, and KAFKA_TLS=false where it has none: ${error.message}`
    : undefined;
}

const told = new WeakSet<Error>();

function tell(error: unknown): never {
  // The same error comes by more than one way, and remains what it is: kafkajs judges by its kind.
  if (error instanceof Error && !told.has(error)) {
    error.message = advice(error) ?? error.message;
    told.add(error);
  }
  throw error;
}

/** kafkajs keeps to itself what its clients are made of. @returns the name of what makes it */
export function clusterMaker(kafka: Kafka): symbol {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.endsWith(':createCluster'));
  if (!name) throw new Error('this version of kafkajs makes its clusters otherwise');
  return name;
}

/** @returns the same, whose clients say of a Kafka that does not let them in by which settings it does */
export function tellingEntry(kafka: Kafka): Kafka {
  const maker = clusterMaker(kafka);
  const made = kafka as unknown as Record<symbol, (options: object) => Cluster>;
  const create = made[maker] as (options: object) => Cluster;
  made[maker] = (options) => {
    const cluster = create(options);
    for (const name of entering) {
      const enter = cluster[name].bind(cluster);
      cluster[name] = (...given) => enter(...given).catch(tell);
    }
    return cluster;
  };
  return kafka;
}
