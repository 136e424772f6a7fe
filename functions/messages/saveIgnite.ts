/** Keeps every message in Ignite's SQL table `distribuidos`. */
import { saveFunction } from './save.ts';
import { igniteStore } from './store.ignite.ts';

/**
 * Counts every message as applied, since Ignite cannot tell which were new.
 * @throws when Ignite or Kafka is away or a setting is wrong; the batch comes again and overwrites what it wrote
 */
export const handler = saveFunction('saveIgnite', igniteStore);
