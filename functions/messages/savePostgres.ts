/** Keeps every message in PostgreSQL's table `mensajes`. */
import { saveFunction } from './save.ts';
import { postgresStore } from './store.postgres.ts';

export const handler = saveFunction('savePostgres', postgresStore);
