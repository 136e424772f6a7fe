/** The clusters that mappings read from, each by connections of its own. */
import type { Admin, Kafka, Producer } from 'kafkajs';
import type { Cluster } from './config/clusters.ts';
import type { Mapping } from './config/mapping.ts';
import { requireTopics, topicsOf } from './deliver/destinations.ts';
import type { Machine } from './invoke/functionWorker.ts';
import { kafkaClients } from './read/kafka.ts';
import type { Logger } from './stats.ts';

/** What all mappings of a cluster share; `client` makes one for a consumer. */
export type Link = Readonly<{
  mappings: readonly Mapping[];
  /** With commas between. */
  brokers: string;
  client: () => Kafka;
  admin: Admin;
  producer: Producer;
}>;

type Options = Cluster & {
  clientId?: string;
  /** Of the mappings that read from another cluster, by id. */
  clusters?: Readonly<Record<string, Cluster>>;
  mappings: readonly Mapping[];
  log: Logger;
};

/** @param end aborted when nothing is wanted of Kafka any more */
export function linksOf(options: Options, { socketFactory, waits, clock }: Machine, end: AbortSignal): Link[] {
  const { clientId = 'dispatcher', clusters = {}, mappings, log } = options;
  return [...Map.groupBy(mappings, ({ id }) => clusters[id] ?? options)].map(([{ brokers, access }, own]) => {
    const client = kafkaClients({ brokers, clientId, access, end, socketFactory, waits }, log, clock);
    const kafka = client();
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    return { mappings: own, brokers: brokers.join(','), client, admin: kafka.admin(), producer };
  });
}

/** @throws Error naming the topics that are missing */
export async function open({ admin, producer, mappings }: Link): Promise<void> {
  const writes = mappings.some(({ onFailure }) => onFailure?.kind === 'kafka');
  await Promise.all([admin.connect(), writes && producer.connect()]);
  await requireTopics(admin, topicsOf(mappings));
}

export const close = ({ admin, producer }: Link): Promise<unknown> =>
  Promise.allSettled([admin.disconnect(), producer.disconnect()]);
