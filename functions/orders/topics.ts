import { documentsTopic } from '../metrics/topics.ts';
import { deadTopic } from '../runtime/deadLetter.ts';
import { type Command, commandNames, transition } from './lifecycle.ts';

/** Of each topic of the order pipeline, unless DESPACHO_PARTITIONS is set. */
export const usualPartitions = 4;

/** Facts: one record for every transition of every order, keyed by order id. */
export const eventsTopic = 'orders.events';

/** Ids of the orders whose customers were removed, as key and value. Who restores from the log leaves them out. */
export const forgottenTopic = 'orders.forgotten';

/** Without the namespace. It holds an Order for `process`, and a Call for every other command. */
export const commandTopic = (command: Command): string => transition(command).topic;

const sources = [...commandNames.map(commandTopic), eventsTopic, documentsTopic];

/** Every topic of the order pipeline, without the namespace that is put before them. */
export const topics: readonly string[] = [...sources, ...sources.map(deadTopic), forgottenTopic];
