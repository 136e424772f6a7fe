/** Keeps every message in Ignite's SQL table `distribuidos`. */
import { saveFunction } from './save.ts';
import { igniteStore } from './store.ignite.ts';

export const handler = saveFunction('saveIgnite', igniteStore);
