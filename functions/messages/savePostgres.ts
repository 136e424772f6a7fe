/** Keeps every message in PostgreSQL's table `mensajes`. */
import { saveFunction } from './save.ts';
import { postgresStore } from './store.postgres.ts';

/**
 * A message whose id the table holds already counts as repeated.
 * @throws when PostgreSQL or Kafka is away or a setting is wrong; the batch then comes again
 */
export const handler = saveFunction('savePostgres', postgresStore);
