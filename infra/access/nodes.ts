/** Engines of several nodes on this machine: where their nodes are, and how the system reaches all of them at once. */
import { brokerList } from '../kafkajs/brokerList.ts';
import { ownKafkaTells } from './ownKafka.ts';

/** The environment variable that moves a port, and where it lies without. */
type Port = Readonly<{ variable: string; usual: number }>;

const port = (variable: string, usual: number): Port => ({ variable, usual });

/** Clients come in by these. The first node has the port of the single engine, which it takes the place of. */
export const nodePorts = {
  kafka: [port('KAFKA_PORT', 9092), port('KAFKA_2_PORT', 9094), port('KAFKA_3_PORT', 9096)],
  redis: [port('REDIS_PORT', 6379), port('REDIS_2_PORT', 6380)],
  elasticsearch: [port('ELASTICSEARCH_PORT', 9200), port('ELASTICSEARCH_2_PORT', 9201)],
} as const satisfies Record<string, readonly Port[]>;
/** An engine that can have several nodes here. */
export type ClusterName = keyof typeof nodePorts;

/** Two of three have to see that the primary is gone. */
export const sentinelPorts = [
  port('REDIS_SENTINEL_1_PORT', 26_379),
  port('REDIS_SENTINEL_2_PORT', 26_380),
  port('REDIS_SENTINEL_3_PORT', 26_381),
] as const;

/** The name by which the sentinels know the primary. */
export const primaryName = 'despacho';

type PortOf = (port: Port) => number | string;

const hosts = (ports: readonly Port[], portOf: PortOf) => ports.map((one) => `127.0.0.1:${portOf(one)}`);

/** The variables that tell the system of all nodes. @param password of the engine, the same for all of its nodes */
export const clusterTells: Readonly<Record<ClusterName, (of: PortOf, password: string) => Record<string, string>>> = {
  kafka: (of, password) => ({ KAFKA_BROKERS: hosts(nodePorts.kafka, of).join(), ...ownKafkaTells(password) }),
  redis: (of, password) => ({
    REDIS_URL: `redis://:${password}@${primaryName}`,
    REDIS_SENTINELS: hosts(sentinelPorts, of).join(),
    REDIS_SENTINEL_PASSWORD: password,
  }),
  elasticsearch: (of, password) => ({
    ELASTICSEARCH_URL: hosts(nodePorts.elasticsearch, of)
      .map((host) => `http://elastic:${password}@${host}`)
      .join(),
  }),
};

/** The name of a node's process, counted from 1. */
export const nodeName = (cluster: ClusterName, number: number): string => `${cluster}-${number}`;

/** The nodes that hold data, by name; sentinels hold none. */
export const dataNodes = (cluster: ClusterName): string[] =>
  nodePorts[cluster].map((_port, index) => nodeName(cluster, index + 1));

/** The URLs of a list with commas between them; a comma in a login is a part of it, and is written as URLs write it. */
export const nodeAddresses = (text: string): string[] =>
  brokerList(text.replace(/(?<=:\/\/)[^/]*(?=@)/g, (login) => login.replaceAll(',', '%2C')));
