import { type Command, commandNames, transition } from './lifecycle.ts';

/** Facts: one record for every transition of every order, keyed by order id. */
export const eventsTopic = 'orders.events';

/** Metric documents that no event tells (invocations, e-mails): with the events, what Elasticsearch is rebuilt from. */
export const documentsTopic = 'metrics.documents';

/** Documents of any kind that Elasticsearch could not take yet. */
export const pendingTopic = 'metrics.pending';

export const commandTopic = (command: Command): string => transition(command).topic;

/** Where the records of `topic` go that can never be applied. */
export const deadTopic = (topic: string): string => `${topic}.dead`;

const sources = [...commandNames.map(commandTopic), eventsTopic, pendingTopic];

/** Every topic of the order pipeline, without the namespace that is put before them. */
export const topics: readonly string[] = [...sources, ...sources.map(deadTopic), documentsTopic];
